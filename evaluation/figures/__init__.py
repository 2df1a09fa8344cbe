"""Figures of a comparison: one theme, one file for each figure, all from plain tables."""

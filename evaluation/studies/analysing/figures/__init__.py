"""Figures of a study: one file for each, all from the tables of an analysis."""

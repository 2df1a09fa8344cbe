"""Comparing models so that the answer holds: intervals, tests, groups, fronts, human ratings."""

"""Collecting human ratings: studies, protocols, assignment, votes, reviews, exports."""

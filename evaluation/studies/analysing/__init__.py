"""What votes say: scores, preferences, raters and strategies, with intervals; pure functions."""

"""Restore noisy scans, and say what was done to them."""

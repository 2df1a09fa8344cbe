"""Collecting ratings: the design, the plan, the votes and the store that keeps them."""

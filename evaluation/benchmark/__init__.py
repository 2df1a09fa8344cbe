"""Benchmarks: images x models x degradations x seeds, one row for each, resumable."""

"""Judging restorations: metrics, benchmarks, figures, and studies with human raters."""

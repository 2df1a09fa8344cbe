"""The Restore page and what stands behind it."""

"""The Explain page: how a model removes noise and keeps detail, on the visitor's own crop."""

"""How a model removes noise and keeps detail, measured on one crop of a visitor's image."""

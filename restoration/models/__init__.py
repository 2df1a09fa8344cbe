"""Models: one file per architecture, and the catalogue that lists them."""

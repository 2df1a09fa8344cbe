"""Training: a folder of images in, weights and a model card out."""

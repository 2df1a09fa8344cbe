"""Histology fields from label maps, with noise as one more class of the map."""

"""How close synthetic fields come to real ones, and what they are worth to a segmenter."""

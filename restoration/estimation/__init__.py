"""What is wrong with a page: noise level and kind, JPEG quality, page kind."""

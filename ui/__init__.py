"""The pages people use, and the server that serves them."""

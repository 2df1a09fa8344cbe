"""Reading and writing pages: what came in goes out, or the user is told."""

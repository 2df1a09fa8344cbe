"""A chain of steps for one page: several models, each kept only where it improved matters."""

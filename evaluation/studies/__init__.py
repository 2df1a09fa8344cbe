"""Studies with human raters: how votes are collected, kept, and what can be learnt from them."""

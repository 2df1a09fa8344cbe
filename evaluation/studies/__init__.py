"""Studies with human raters: their votes, and what can be learnt from them."""

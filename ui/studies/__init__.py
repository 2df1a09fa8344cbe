"""The Studies page: design, raters and data of rating studies, for those who run them."""

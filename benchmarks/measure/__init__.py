"""One subject a module: each has its tables, and `measure`, which gives the rows of them."""

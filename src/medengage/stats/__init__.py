"""Arrays in, numbers out: each function a small lesson with its formula, source and R check."""

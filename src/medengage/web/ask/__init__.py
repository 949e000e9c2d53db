"""Managers' pages from a draft to published results: the first step of the loop."""

"""The sections of the full report, each a function from findings to blocks."""

"""Engagement beside outer measures of performance, and what may not be concluded from it."""

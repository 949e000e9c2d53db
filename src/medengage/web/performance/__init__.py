"""Engagement of hospitals beside outer measures of how well they do."""

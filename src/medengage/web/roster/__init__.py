"""Rosters: a spreadsheet of the staff office becomes the list of doctors who are asked."""

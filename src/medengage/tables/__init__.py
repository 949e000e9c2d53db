"""Files of rows, read safely: text and workbooks, with a place for everything that is wrong.

Used for answers (``stores``) and for rosters (``web/roster``), which must not know each other.
"""

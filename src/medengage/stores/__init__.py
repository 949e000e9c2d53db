"""Outside files to values and back: a study as a folder (``stores.folder``).

Everything that comes from outside is read here, once, and examined completely: the rest of the
library meets only valid values. Messages name the file, the row and the column of what is wrong;
they never hold what stands in a cell.
"""

__all__: list[str] = []

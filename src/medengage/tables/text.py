"""Text tables: bytes of unknown encoding and separator to records with their row numbers.

Written for what hospitals really send: UTF-8 with and without a mark, the UTF-16 of survey
programs, the Windows-1252 of older spreadsheets; commas, semicolons and tabs; quoted line breaks.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from medengage.tables.notes import Notes, Where

__all__ = ["Record", "decoded", "records"]

Record = tuple[int, list[str]]
"""Row number as a spreadsheet program shows it, and the cells of the row."""

SEPARATORS = ",;\t"
SAMPLE = 65_536
SAMPLE_RECORDS = 30
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BINARY = (
    (b"PK\x03\x04", "It is a workbook with the wrong ending: call it .xlsx."),
    (b"\xd0\xcf\x11\xe0", "It is an old Excel workbook: save it as .xlsx or as CSV UTF-8."),
    (b"PAR1", "It is a Parquet file with the wrong ending: call it .parquet."),
)


def decoded(data: bytes, name: str, notes: Notes) -> str | None:
    """The text of a file; notes a problem and gives ``None`` where it is not text."""
    for start, mend in BINARY:
        if data.startswith(start):
            notes.problem(name, "this is not a text file.", mend)
            return None
    text = _decoded(data, name, notes)
    if text is None:
        notes.problem(
            name,
            "the letters are in an unknown encoding.",
            'Save the file again as "CSV UTF-8".',
        )
    elif "\0" in text:
        notes.problem(name, "the file holds NUL characters, so it is not a table of text.")
        return None
    return text


def _decoded(data: bytes, name: str, notes: Notes) -> str | None:
    encoding = next((known for mark, known in MARKS if data.startswith(mark)), None)
    if encoding is None and _looks_like_utf16(data):
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    text = _attempt(data, encoding or "utf-8")
    if text is None and encoding is None:
        text = _attempt(data, "cp1252")
        if text is not None:
            notes.advise(
                name,
                "the file is not UTF-8; it was read as Windows-1252.",
                'If letters with accents look wrong, save it again as "CSV UTF-8".',
            )
    return text


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _looks_like_utf16(data: bytes) -> bool:
    """Every second byte of Western text in UTF-16 is zero."""
    sample = data[:SAMPLE]
    return len(sample) > 1 and 0 in sample[:2] and sample.count(0) > len(sample) // 3


def records(text: str, name: str, notes: Notes) -> Iterator[Record]:
    """The rows of a text table with their numbers; stops with a problem at broken quoting."""
    declared, text = _declared_separator(text)
    separator = declared or _separator(text)
    number = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        what, mend = _fault(str(error))
        notes.problem(Where(name, (number + 1,)), what, mend)


def _declared_separator(text: str) -> tuple[str, str]:
    """Excel's own first line ``sep=;`` is an instruction, not a row."""
    line, _, rest = text.partition("\n")
    line = line.rstrip("\r")
    if len(line) == len("sep=;") and line.lower().startswith("sep=") and line[-1] in SEPARATORS:
        return line[-1], rest
    return "", text


def _separator(text: str) -> str:
    """The separator that cuts most of the first rows into as many cells as the header has."""
    return max(SEPARATORS, key=lambda candidate: _agreement(text[:SAMPLE], candidate))


def _agreement(sample: str, separator: str) -> tuple[int, int]:
    """How many of the first rows are as wide as the first one, and how wide that is."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    widths = [len(cells) for cells in islice(filter(None, reader), SAMPLE_RECORDS)]
    if not widths or widths[0] == 1:
        return 0, 0
    return widths.count(widths[0]), widths[0]


def _fault(reason: str) -> tuple[str, str]:
    if "field larger" in reason:
        return "a cell is longer than 131,072 characters.", "Remove that column from the file."
    if "unexpected end" in reason:
        return (
            "a quotation mark is opened here and never closed.",
            "Close it, or save the table again from the spreadsheet program.",
        )
    return (
        "a quotation mark stands in the middle of a cell.",
        "Save the table again from the spreadsheet program, or double the mark.",
    )

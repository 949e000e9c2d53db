"""How every figure looks: colours, type, and how much room words take.

The colours are Okabe and Ito's (2008), which colour-blind readers can tell apart; lightness
differs too, so that a grey print keeps the meaning. Nothing is ever told by colour alone.
"""

from __future__ import annotations

__all__ = [
    "ACCENT",
    "BAND",
    "CONTRAST",
    "FONT",
    "FULL_WIDTH",
    "GRID",
    "HALF_WIDTH",
    "INK",
    "LINE_HEIGHT",
    "MIDDLE_COLOUR",
    "NORMAL",
    "OTHER",
    "PALE_ACCENT",
    "PALE_OTHER",
    "PAPER",
    "QUIET",
    "SMALL",
    "WITHHELD",
    "diverging",
    "is_narrow",
    "length",
    "lines_of",
    "wrapped",
]

FULL_WIDTH = 680
"""Pixels across the text of an A4 page with margins of 15 mm, at 96 pixels an inch."""
HALF_WIDTH = 328
"""Pixels of a figure beside another one, and across a telephone."""
NARROW = 480

INK = "#212b32"
QUIET = "#4c6272"
GRID = "#d8dde0"
OTHER = "#5f7383"
BAND = "#e4e9ec"
PAPER = "#ffffff"
WITHHELD = "#c3ccd2"
ACCENT = "#0072b2"
PALE_ACCENT, PALE_OTHER = "#8cc0e0", "#b9c4cc"
CONTRAST = "#d55e00"

UNFAVOURABLE = ("#b34700", "#e08a4d", "#f2c6a3")
MIDDLE_COLOUR = "#d5dadd"
FAVOURABLE = ("#b5d6ea", "#5ba7d3", "#0072b2")


FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
NORMAL, SMALL = 13, 11.5
LINE_HEIGHT = 1.25

THIN, WIDE = "iIjlft.,:;'|!()[]-/ ", "mwMW@%…"
THIN_EM, USUAL_EM, CAPITAL_EM, WIDE_EM = 0.37, 0.62, 0.70, 0.95
"""Advance widths of the widest sans-serif likely to be met (DejaVu Sans), in parts of the size."""


def is_narrow(width: float) -> bool:
    """Is there too little room for names beside the drawing?"""
    return width < NARROW


def length(text: str, size: float) -> float:
    """Pixels that a line of text may take, in the widest font that a reader may have."""
    return size * sum(_advance(letter) for letter in text)


def _advance(letter: str) -> float:
    if letter in THIN:
        return THIN_EM
    if letter in WIDE:
        return WIDE_EM
    return CAPITAL_EM if letter.isupper() else USUAL_EM


def wrapped(text: str, room: float, size: float, most: int = 2) -> tuple[str, ...]:
    """The text in at most ``most`` lines of ``room`` pixels; what is left over becomes "…"."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:most]
    if len(lines) > most:
        shown[-1] += "…"
    return tuple(_cut(line, room, size) for line in shown)


def _cut(line: str, room: float, size: float) -> str:
    if length(line, size) <= room:
        return line
    short = line.rstrip("…")
    while len(short) > 1 and length(f"{short}…", size) > room:
        short = short[:-1]
    return f"{short.rstrip()}…"


def lines_of(count: int, size: float) -> float:
    """Pixels that this many lines are high."""
    return count * size * LINE_HEIGHT


def diverging(count: int) -> tuple[str, ...]:
    """One colour an answer, least favourable first; a middle one only for an odd number."""
    side = count // 2
    left, right = _side(UNFAVOURABLE, side), _side(FAVOURABLE[::-1], side)[::-1]
    return (*left, *([MIDDLE_COLOUR] * (count % 2)), *right)


def _side(colours: tuple[str, ...], count: int) -> tuple[str, ...]:
    """``count`` colours from the outside in, the extreme always the strongest."""
    last = len(colours) - 1
    steps = max(1, count - 1)
    return tuple(colours[round(place * last / steps)] for place in range(count))

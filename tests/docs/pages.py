"""Reads a page as a story that can be lived through: files, commands and Python, in order.

- `` `path/to/file.toml`: `` followed by a fenced block is a file to be written.
- A ``python`` block runs, with the names of the blocks before it; a block without a language
  right after it is what it prints.
- In a ``console`` block the lines that begin with ``$ medengage`` run, and so do a few harmless
  commands of every shell. The lines below are what is printed; ``...`` stands for any lines, and
  ``$ echo $?`` shows the exit status, which otherwise has to be 0. Other lines are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

__all__ = ["Block", "Command", "blocks_of", "commands_of", "links_of", "same"]

BLOCK = re.compile(
    r"(?:^`(?P<file>[\w./-]+)`:\n\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
PROMPT = "$ "
STATUS = "$ echo $?"
ANY = "..."


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line it starts on, the file it shows."""

    language: str
    text: str
    line: int
    file: str
    prints: str | None = None


@dataclass(frozen=True)
class Command:
    """One line of a console, what it prints (None: not shown) and how it ends."""

    line: str
    prints: tuple[str, ...] | None
    status: int


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, each with what the block right after it prints."""
    text = page.read_text(encoding="utf-8")
    found = list(BLOCK.finditer(text))
    blocks = []
    for match, following in zip_longest(found, found[1:]):
        printed = None
        if following and not following["language"] and not following["file"]:
            between = text[match.end() : following.start()]
            printed = None if between.strip() else following["text"]
        line = text.count("\n", 0, match.start("text")) + 1
        blocks.append(Block(match["language"], match["text"], line, match["file"] or "", printed))
    return blocks


def commands_of(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    parts = re.split(r"^(?=\$ )", block.text.replace("\\\n", ""), flags=re.M)
    lines = [part.splitlines() for part in parts if part.startswith(PROMPT)]
    for shown, following in zip_longest(lines, lines[1:], fillvalue=[""]):
        if shown[0] == STATUS:
            continue
        status = int(following[1]) if following[0] == STATUS else 0
        line = shown[0].removeprefix(PROMPT).partition(" #")[0].strip()
        yield Command(line, tuple(shown[1:]) or None, status)


def same(shown: tuple[str, ...], printed: str) -> bool:
    """True if the printed lines are those shown, where ``...`` stands for any lines."""
    parts = [r"(?:.*\n)*?" if line == ANY else re.escape(line.rstrip()) + r"\n" for line in shown]
    lines = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch("".join(parts), lines) is not None


def links_of(page: Path) -> Iterator[str]:
    """Relative targets of the links and pictures of a page."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return (match["target"] for match in LINK.finditer(text))

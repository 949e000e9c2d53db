"""What the respondents' pages say, read out of templates and modules without running them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

from tests.house.source import ROOT, SOURCE

__all__ = ["Message", "bare_strings", "bare_words", "messages", "modules", "templates"]

WEB = SOURCE / "medengage" / "web"
SHARED = ("survey", "errors", "field")
"""Templates of ``ui`` that respondents see."""

WRAP = {
    "_": ("id",),
    "gettext": ("id",),
    "gettext_lazy": ("id",),
    "ngettext": ("id", "plural"),
    "pgettext": ("context", "id"),
}
"""Functions that translate, and what their first arguments are."""

QUOTED = re.compile(
    r"""^(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')(?:\s+context\s+"([^"]*)")?"""
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
SAID = ("alt", "aria-label", "placeholder", "title")
"""Attributes that are read to somebody."""


@dataclass(frozen=True, order=True)
class Message:
    """One thing that is said: its place, its words, and what tells it from others."""

    place: str
    id: str
    plural: str = ""
    context: str = ""


def templates() -> list[Path]:
    """Every template that makes a respondent's page."""
    own = sorted((WEB / "respond" / "templates").rglob("*.html"))
    return [*own, *(WEB / "ui" / "templates" / "ui" / f"{name}.html" for name in SHARED)]


def modules() -> list[Path]:
    """Every module of the respondents' pages."""
    return sorted((WEB / "respond").glob("*.py"))


def messages() -> list[Message]:
    """Everything that is handed to a translation."""
    said = [one for page in templates() for one in _of_template(page)]
    return said + [one for module in modules() for one in _of_module(module)]


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tokens(text: str) -> list[Token]:
    return Lexer(text).tokenize()


def _of_template(path: Path) -> Iterator[Message]:
    tokens = iter(_tokens(path.read_text(encoding="utf-8")))
    for token in tokens:
        if token.token_type is not TokenType.BLOCK:
            continue
        if found := QUOTED.match(token.contents):
            yield Message(_place(path), found[1] or found[2] or "", context=found[3] or "")
        elif token.contents.startswith("blocktrans"):
            yield _of_block(path, token.contents, tokens)


def _of_block(path: Path, opening: str, tokens: Iterator[Token]) -> Message:
    """The message between ``blocktranslate`` and its end."""
    parts = [""]
    for token in tokens:
        match token.token_type:
            case TokenType.TEXT:
                parts[-1] += token.contents.replace("%", "%%")
            case TokenType.VAR:
                parts[-1] += f"%({token.contents})s"
            case TokenType.BLOCK if token.contents.strip() == "plural":
                parts.append("")
            case _:
                break
    if "trimmed" in opening.split():
        parts = [trim_whitespace(part) for part in parts]
    return Message(_place(path), parts[0], *parts[1:])


def _of_module(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = _wrapped(node)
        if names and isinstance(node, ast.Call):
            words = {
                name: part.value
                for name, part in zip(names, node.args, strict=False)
                if isinstance(part, ast.Constant)
            }
            yield Message(_place(path), **{name: str(word) for name, word in words.items()})


def _wrapped(node: ast.AST) -> tuple[str, ...]:
    """What the arguments of a call are, if it translates."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return WRAP.get(node.func.id, ())
    return ()


class _Bare(HTMLParser):
    """Collects words between tags, and words of attributes that are read to somebody."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet = tag in {"style", "script"}
        self.found += [value or "" for name, value in attrs if name in SAID]

    def handle_endtag(self, tag: str) -> None:
        self.quiet = False

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.found.append(data)


def bare_words(text: str) -> list[str]:
    """What a template says without translating it."""
    reader, inside = _Bare(), False
    for token in _tokens(text):
        if token.token_type is TokenType.BLOCK and token.contents.startswith("blocktrans"):
            inside = True
        elif token.token_type is TokenType.BLOCK and token.contents.startswith("endblocktrans"):
            inside = False
        elif token.token_type is TokenType.TEXT and not inside:
            reader.feed(token.contents)
    reader.close()
    return [word.strip() for word in reader.found if LETTERS.search(word)]


TAGS = re.compile(r"<[^>]*>?|[^<]*>")
SENTENCE = re.compile(r"^\W*[A-Z][a-z]+(?!-[A-Z])\b")
"""Begins like something said: one capital, and no name of a header."""


def bare_strings(text: str) -> list[str]:
    """What a module says without translating it: strings that begin with a capital."""
    tree = ast.parse(text)
    quiet = {id(part) for node in ast.walk(tree) for part in _quiet(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in quiet
        and SENTENCE.match(TAGS.sub("", node.value))
    ]


def _quiet(node: ast.AST) -> Iterator[ast.AST]:
    """Strings that nobody is shown, or that are translated."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if _wrapped(node) and isinstance(node, ast.Call):
        yield from node.args
    if isinstance(node, ast.Assign) and "__all__" in map(ast.unparse, node.targets):
        yield from ast.walk(node.value)

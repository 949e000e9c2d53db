"""Words that must not stand in the house: places of one machine, loose ends, foreign spellings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.house.source import DOCUMENTS, ROOT, SOURCE, listed, modules

PLACES = {
    "a path of one machine": r"(?<![\w.~-])/(?:home|root|tmp|Users|mnt|opt(?!/medengage\b)|"
    + "wor"
    + r"k)/[\w.-]+",
    "a drive of one machine": r"\b[A-Z]:\\(?!n\b)\w+",
    "a host of a package index": r"\b(?:pythonhosted|pypi|anaconda|npmjs|crates)\.(?:org|io)\b",
}
LOOSE_ENDS = r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError"

AMERICAN = {
    r"organiz\w+": "organis...",
    r"behavior\w*": "behaviour",
    r"summariz\w+": "summaris...",
    r"analyz\w+": "analys...",
    r"standardiz\w+": "standardis...",
    r"recogniz\w+": "recognis...",
    r"normaliz\w+": "normalis...",
    r"favorabl\w+": "favourable",
    r"center(?:ed|s)": "centre",
    r"labeled|labeling": "labelled, labelling",
    r"modeling|modeled": "modelling, modelled",
}
AMERICAN_IN_PROSE = {**AMERICAN, r"colors?|colored": "colour", r"gray": "grey"}

NOT_SAID = {
    r"staff engagement": "medical engagement",
    r"\bsignificant(?:ly)?\b": "different from, or within noise",
    r"\bstaff\b": "doctors",
    r"\b(?:drives|causes|caused by|leads to)\b": "associated with",
    r"\bprove[sd]?\b": "show",
}
"""What a report never says, and what it says instead."""

SAID_ON_PURPOSE = ("What causes what: ",)
"""Beginnings of sentences that say what may not be concluded, and need the word for it."""

THIS = Path(__file__).relative_to(ROOT).as_posix()
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
TEXT_SUFFIXES = {".py", ".md", ".toml", ".json", ".css", ".html", ".typ", ".txt", ".cfg", ".yaml"}


def texts(*tops: Path) -> Iterator[tuple[str, str]]:
    """Place and text of every readable file below some folders."""
    for top in tops:
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def written() -> Iterator[tuple[str, str]]:
    """Everything of our own: sources, documents, tests and the files at the root."""
    yield from texts(SOURCE, DOCUMENTS, ROOT / "tests", ROOT / "benchmarks", ROOT / ".ci")
    yield from texts(*sorted(ROOT.glob("*.md")), ROOT / "pyproject.toml")


def prose() -> Iterator[tuple[str, str]]:
    """Documents without their code, which has to use the words of other people's libraries."""
    for place, text in texts(DOCUMENTS, *sorted(ROOT.glob("*.md"))):
        if place.endswith(".md"):
            yield place, CODE.sub(blanked, text)


def blanked(code: re.Match[str]) -> str:
    """As many line ends as the code had, so that line numbers stay."""
    return "\n" * code[0].count("\n")


def found(pattern: str, files: Iterable[tuple[str, str]], flags: int = 0) -> list[str]:
    """Place, line and word of every match."""
    expression = re.compile(pattern, flags)
    return [
        f"{place}:{text.count(chr(10), 0, match.start()) + 1} {match[0]}"
        for place, text in files
        for match in expression.finditer(text)
    ]


@pytest.mark.parametrize(("what", "pattern"), PLACES.items(), ids=PLACES)
def test_no_place_of_one_machine(what: str, pattern: str) -> None:
    files = [(place, text) for place, text in written() if place != THIS]
    there = found(pattern, files)
    assert not there, listed(there, f"{what}:")


@pytest.mark.parametrize(
    "text",
    [
        *("open('/home/anna/study.toml')", "see /tmp/x.csv", "C:\\Users\\anna"),
        "--index-url https://" + "crates" + ".io/simple",
    ],
)
def test_places_are_recognised(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in PLACES.values())


@pytest.mark.parametrize("text", ["and/or", "example.org/home", "a/tmp/b", "r'\\d'", "</root>"])
def test_other_words_are_left_alone(text: str) -> None:
    assert not any(re.search(pattern, text) for pattern in PLACES.values())


def test_no_loose_ends():
    loose = found(LOOSE_ENDS, texts(SOURCE))
    assert not loose, listed(loose, "unfinished:")


@pytest.mark.parametrize(("american", "british"), AMERICAN.items(), ids=AMERICAN.values())
def test_british_spelling_in_the_sources(american: str, british: str) -> None:
    there = found(rf"\b{american}\b", texts(SOURCE), re.IGNORECASE)
    assert not there, listed(there, f"write {british}:")


@pytest.mark.parametrize(
    ("american", "british"), AMERICAN_IN_PROSE.items(), ids=AMERICAN_IN_PROSE.values()
)
def test_british_spelling_in_the_documents(american: str, british: str) -> None:
    there = found(rf"\b{american}\b", prose(), re.IGNORECASE)
    assert not there, listed(there, f"write {british}:")


def shown() -> Iterator[tuple[str, str]]:
    """Every string of the report package that is not a docstring: what a reader may see."""
    for module in modules():
        if not module.of("report"):
            continue
        notes = set(docstrings(module.tree))
        for node in ast.walk(module.tree):
            match node:
                case ast.Constant(value=str(words)) if id(node) not in notes:
                    if not words.startswith(SAID_ON_PURPOSE):
                        yield f"{module.place}:{node.lineno}", words


def docstrings(tree: ast.Module) -> Iterator[int]:
    """Identities of the strings that stand as statements of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


@pytest.mark.parametrize(("phrase", "instead"), NOT_SAID.items(), ids=NOT_SAID)
def test_reports_do_not_say(phrase: str, instead: str) -> None:
    said = found(phrase, shown(), re.IGNORECASE)
    assert not said, listed(said, f"say {instead}:")

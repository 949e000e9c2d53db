"""The respondents' pages say nothing that is not translated, and every translation is whole."""

from __future__ import annotations

import io
import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils.translation import trim_whitespace

from tests.house.messages import bare_strings, bare_words, messages, modules, templates
from tests.house.source import ROOT, listed

FILES = sorted((ROOT / "src/medengage/web").glob("*/locale/*/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
LINT = "#, fuzzy"
NARROW = re.compile(r"(?<=\S)[ ](?=[;:!?»])|(?<=«)[ ]")
"""French keeps these signs on the line of the word before them."""

each = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.parts[-3]))


@pytest.fixture(scope="module")
def build() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "hatch_build.py"))


def catalogue(file: Path) -> Catalog:
    return read_po(io.BytesIO(file.read_bytes()), locale=file.parts[-3], abort_invalid=True)


def told(file: Path) -> dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Context and words -> words with their plural, and the translations."""
    found = {}
    for message in catalogue(file):
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            words = message.string or ""
            strings = (words,) if isinstance(words, str) else tuple(words)
            found[message.context or "", ids[0]] = ids, strings
    return found


def test_there_is_a_second_language():
    assert {file.parts[-3] for file in FILES} >= {"fr"}


@each
def test_everything_that_is_said_has_a_translation_and_nothing_else(file):
    known, said = told(file), {(one.context, one.id): one.plural for one in messages()}
    missing = [words for context, words in said if (context, words) not in known]
    assert not missing, listed(missing, f"add to {file.relative_to(ROOT)}:")
    old = [words for context, words in known if (context, words) not in said]
    assert not old, listed(old, f"remove from {file.relative_to(ROOT)}:")
    assert {key: (*ids[1:], "")[0] for key, (ids, _) in known.items()} == said


@each
def test_no_translation_is_empty_or_a_guess(file):
    known = told(file)
    empty = [key[1] for key, (_, strings) in known.items() if not all(strings)]
    assert not empty, listed(empty, "translate:")
    assert LINT not in file.read_text(encoding="utf-8")
    assert not catalogue(file).obsolete


@each
def test_plurals_are_as_many_as_the_language_has(file):
    plurals = catalogue(file).num_plurals
    for ids, strings in told(file).values():
        assert len(strings) == (plurals if len(ids) > 1 else 1), ids[0]


@each
def test_placeholders_are_the_same_in_both(file):
    for ids, strings in told(file).values():
        wanted = Counter(PLACEHOLDER.findall(ids[-1]))
        for string in strings:
            assert Counter(PLACEHOLDER.findall(string)) == wanted, ids[0]


@each
def test_the_file_says_who_has_reviewed_it(file):
    header = catalogue(file)
    assert header.last_translator
    assert "review" in header.header_comment


@each
def test_the_compiled_file_is_there_and_new(file, build):
    made = file.with_suffix(".mo")
    mend = f"run: python hatch_build.py ({file.relative_to(ROOT)} is newer, or was never compiled)"
    assert made.exists(), mend
    assert made.read_bytes() == build["compiled"](file), mend


def test_signs_stay_with_their_word_in_french():
    (file,) = (one for one in FILES if one.parts[-3] == "fr")
    torn = [string for _, all_ in told(file).values() for string in all_ if NARROW.search(string)]
    assert not torn, listed(torn, "put a no-break space before the sign:")


def test_no_compiled_file_is_under_version_control():
    assert "*.mo" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("page", templates(), ids=lambda page: str(page.name))
def test_no_template_says_something_untranslated(page):
    assert bare_words(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.name))
def test_no_module_says_something_untranslated(module):
    assert bare_strings(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("<p>{% blocktranslate %}Hello {{ you }}{% endblocktranslate %}</p>", []),
        ('<a aria-label="Back">{{ x }}</a>', ["Back"]),
        ("<style>body{color:red}</style>", []),
        ("{% if x %}<b>No</b>{% endif %} 1 / 2", ["No"]),
    ],
)
def test_bare_words_of_a_template_are_found(text, found):
    assert bare_words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("label = 'Continue'", ["Continue"]),
        ("label = _('Continue')", []),
        ("f'<b>Error: {x}</b>'", ["<b>Error: "]),
        ('"""Docstring."""', []),
        ("__all__ = ['Page']", []),
        ("answer['Referrer-Policy'] = 'no-referrer'", []),
        ("{'Referrer-Policy': 'no-referrer'}", []),
        ("allowed(['GET', 'HEAD'])", []),
    ],
)
def test_bare_strings_of_a_module_are_found(text, found):
    assert bare_strings(text) == found


def test_a_message_is_read_as_the_program_looks_it_up():
    known = {one.id for one in messages()}
    assert (
        trim_whitespace("\n  Page %(number)s of %(of)s, about %(minutes)s minute left\n") in known
    )

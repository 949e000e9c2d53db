"""Definitions are found by their names, the package's first and then those of own folders."""

from pathlib import Path

import pytest

from medengage.definitions import catalogue
from medengage.definitions.catalogue import Filename
from medengage.errors import ContentError, UnknownDefinition

PACKAGE = Path(str(catalogue.PACKAGE_CONTENT))
SAY = (PACKAGE / "instruments" / "say-stay-strive-1.0.0.toml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "instruments").mkdir()
    return tmp_path


def put(folder, name, version="1.0.0", **changes):
    """Say-stay-strive under another name, with words of it changed."""
    text = SAY.replace('id = "say-stay-strive"', f'id = "{name}"', 1)
    text = text.replace('version = "1.0.0"', f'version = "{version}"', 1)
    for old, new in changes.items():
        text = text.replace(old, new)
    (folder / "instruments" / f"{name}-{version}.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("my-scale-1.0.0.toml", Filename("my-scale", "1.0.0")),
        ("scale-2-10.0.3.toml", Filename("scale-2", "10.0.3")),
        ("my-scale-1.0.0.cy.toml", Filename("my-scale", "1.0.0", "cy")),
        ("my-scale-1.0.0.pt-BR.toml", Filename("my-scale", "1.0.0", "pt-BR")),
        ("my-scale.toml", None),
        ("my-scale-1.0.toml", None),
        ("my-scale-1.0.0.toml.bak", None),
        ("My-Scale-1.0.0.toml", None),
        ("my-scale-1.0.0.1.toml", None),
        (".my-scale-1.0.0.toml", None),
    ],
)
def test_the_name_of_a_file_says_what_is_in_it(file, expected):
    assert catalogue.named(file) == expected


def test_everything_is_found_sorted_by_id_and_version(folder):
    for version in ("1.10.0", "1.9.0"):
        put(folder, "aaa", version)
    found = [definition.reference for definition in catalogue.find("instruments", [folder])]
    assert found[:3] == ["aaa@1.9.0", "aaa@1.10.0", "licensed-scale-structure@1.0.0"]
    assert [name.partition("@")[0] for name in found] == sorted(n.partition("@")[0] for n in found)


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("mine", None, "1.10.0"),
        ("mine@1.9.0", None, "1.9.0"),
        ("mine", "1.9.0", "1.9.0"),
    ],
)
def test_the_newest_version_unless_one_is_named(folder, name, version, expected):
    for kept in ("1.9.0", "1.10.0"):
        put(folder, "mine", kept)
    found = catalogue.load("instruments", name, version, [folder])
    assert (found.id, found.version) == ("mine", expected)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("open-medical-engagment", "open-medical-engagement"),
        ("open-medical-engagement@7.0.0", "open-medical-engagement@1.0.0"),
        ("say-stay", "did you mean say-stay-strive"),
        ("qqqq", "known: licensed-scale-structure@1.0.0, open-"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name, hint):
    with pytest.raises(UnknownDefinition, match="no such definition") as caught:
        catalogue.instrument(name)
    assert hint in caught.value.hint
    assert caught.value.subject == name


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(UnknownDefinition, match="known: indicators, instruments"):
        catalogue.find("spells")


def test_a_wrong_file_disturbs_only_those_who_ask_for_it(folder):
    put(folder, "good")
    (folder / "instruments" / "bad-1.0.0.toml").write_text("id = ")
    assert catalogue.instrument("good", [folder]).id == "good"
    with pytest.raises(ContentError, match="not valid TOML"):
        catalogue.instrument("bad", [folder])
    with pytest.raises(ContentError, match=r"bad-1\.0\.0\.toml"):
        catalogue.find("instruments", [folder])


def test_a_version_is_defined_once(folder):
    put(folder, "say-stay-strive")
    assert catalogue.instrument("say-stay-strive", [folder]).id == "say-stay-strive"
    put(folder, "say-stay-strive", **{"all_at_least = 70": "all_at_least = 60"})
    with pytest.raises(ContentError, match="the same version differently") as caught:
        catalogue.instrument("say-stay-strive", [folder])
    assert caught.value.subject == "say-stay-strive@1.0.0"
    assert "another id" in caught.value.hint


def test_the_name_must_fit_the_content(folder):
    put(folder, "mine")
    (folder / "instruments" / "mine-1.0.0.toml").rename(folder / "instruments" / "x-1.0.0.toml")
    with pytest.raises(ContentError, match=r"call it mine-1\.0\.0\.toml"):
        catalogue.instrument("x", [folder])


def test_a_folder_in_place_of_a_file_and_a_heap_of_bytes_cannot_be_read(folder, monkeypatch):
    (folder / "instruments" / "mine-1.0.0.toml").mkdir()
    with pytest.raises(ContentError, match="cannot be read"):
        catalogue.instrument("mine", [folder])
    put(folder, "yours")
    monkeypatch.setattr(catalogue, "MOST_BYTES", 100)
    with pytest.raises(ContentError, match="too large"):
        catalogue.instrument("yours", [folder])


def test_a_folder_without_content_adds_nothing(tmp_path):
    assert catalogue.find("instruments", [tmp_path, tmp_path / "nowhere"]) == catalogue.find(
        "instruments"
    )
    assert catalogue.sources([tmp_path]) == catalogue.sources()


def test_own_sources_join_the_bibliography(folder):
    (folder / "sources.toml").write_text('us-2026 = "Us. Interviews, 2026."\n')
    assert catalogue.sources([folder])["us-2026"] == "Us. Interviews, 2026."
    assert "clark-2012" in catalogue.sources([folder])


@pytest.mark.parametrize("text", ["us = 2026", '[us]\ntitle = "x"', 'us = " "', "us = "])
def test_a_citation_is_a_line_of_text(folder, text):
    (folder / "sources.toml").write_text(text)
    with pytest.raises(ContentError, match=r"sources\.toml"):
        catalogue.sources([folder])

"""Every page of the documentation does what it says, and leads where it says."""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from medengage.definitions import catalogue
from medengage.simulate import study
from medengage.stores.folder import write_study
from tests.command_line import medengage
from tests.docs.pages import Block, Command, blocks_of, commands_of, links_of, same

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
RUNS = [page for page in PAGES if {"python", "console"} & {b.language for b in blocks_of(page)}]
"""Pages with something to run."""

HARMLESS = {"ls", "head", "cat"}
"""Commands of the shell that pages use to look at files."""


def name_of(page: Path) -> str:
    """Path from the root of the repository."""
    return page.relative_to(ROOT).as_posix()


def shell(line: str) -> tuple[int, str]:
    """Exit status and printed words of a command that only looks."""
    run = subprocess.run(shlex.split(line), capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hospitals with one wave each, as ``make demo`` makes fifty."""
    folder = tmp_path_factory.mktemp("demo") / "region"
    status, words = medengage(f"simulate region --seed 7 --organisations 2 '{folder}'")
    assert status == 0, words
    return folder


def own_study(folder: Path) -> None:
    """Answers to the instrument that the page on one's own instrument defines."""
    instrument = catalogue.instrument("theatre-teamwork", [Path("st-elsewhere-content")])
    write_study(study(seed=7, instrument=instrument), folder)


def prepared(text: str, region: Path) -> None:
    """Makes the folders that a block speaks of and that are not there yet."""
    made: Mapping[str, Callable[[Path], object]] = {
        "demo/region": lambda folder: shutil.copytree(region, folder),
        "demo/study": lambda folder: shutil.copytree(region / "01" / "wave-01", folder),
        "st-elsewhere-2026": lambda folder: shutil.copytree(region / "02" / "wave-01", folder),
        "theatre-2026": own_study,
    }
    for name, make in made.items():
        if name in text and "simulate" not in text and not Path(name).exists():
            make(Path(name))


def run_python(block: Block, page: str, names: dict[str, object]) -> None:
    """Runs a block with the names of those before it; checks what it prints, if that is shown."""
    printed = io.StringIO()
    code = compile("\n" * (block.line - 1) + block.text, page, "exec")
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    if block.prints is not None:
        assert printed.getvalue() == block.prints, f"{page}:{block.line} prints something else"


def run_command(command: Command, place: str) -> None:
    """Runs a line of a console; checks how it ends, and what it prints if that is shown."""
    program, _, rest = command.line.partition(" ")
    if program != "medengage" and program not in HARMLESS:
        return
    status, words = medengage(rest) if program == "medengage" else shell(command.line)
    assert status == command.status, f"{place} {command.line}\n{words}"
    if command.prints is not None:
        assert same(command.prints, words), (
            f"{place} {command.line} prints something else:\n{words}"
        )


@pytest.mark.slow  # reports are drawn and whole studies analysed, as the pages say
@pytest.mark.parametrize("page", RUNS, ids=name_of)
def test_page_does_what_it_says(
    page: Path, region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    names: dict[str, object] = {"__name__": page.stem}
    for block in blocks_of(page):
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            prepared(block.text, region)
            run_python(block, page.name, names)
        elif block.language == "console":
            prepared(block.text, region)
            for command in commands_of(block):
                run_command(command, f"{page.name}:{block.line}")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    lost = [target for target in links_of(page) if not (page.parent / target).exists()]
    assert not lost, f"{name_of(page)} links to {', '.join(lost)}"


def test_pages_with_something_to_run_are_found():
    assert {"README.md", "docs/tutorial/first-campaign.md"} <= {name_of(page) for page in RUNS}


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        (("one", "two"), "one\ntwo\n", True),
        (("one", "two"), "one\nthree\n", False),
        (("one", "..."), "one\ntwo\nthree\n", True),
        (("one", "...", "three"), "one\nthree\n", True),
        (("one",), "one\ntwo\n", False),
        (("a.c (1)",), "abc (1)\n", False),
    ],
)
def test_shown_lines_are_compared(shown: tuple[str, ...], printed: str, alike: bool) -> None:
    assert same(shown, printed) is alike


def test_a_page_is_read_in_order(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    file, console, python, printed = blocks_of(page)
    assert (file.file, file.text) == ("a/study.toml", "x = 1\n")
    assert [*commands_of(console)] == [
        Command("medengage study check a", ("a: wrong",), 12),
        Command("ls", None, 0),
    ]
    assert python.prints == printed.text == "3\n"


PAGE = """# Title

`a/study.toml`:

```toml
x = 1
```

```console
$ medengage study check a   # look
a: wrong
$ echo $?
12
$ ls
```

```python
print(3)
```

```
3
```
"""

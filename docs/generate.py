"""Write the generated pages of ``docs/reference``, or check that they are current.

    python docs/generate.py            writes them
    python docs/generate.py --check    lists those that are not current, and exits with 1

Each page has one function that gives its text. The same sources always give the same bytes.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from medengage import errors
from medengage.cli.main import main as command_line
from medengage.disclosure.attacks import linkage, telling_texts
from medengage.disclosure.attacks.suite import ATTACKS
from medengage.errors import MedengageError
from medengage.findings import Findings
from medengage.web.accounts.permissions import MEANING, TABLE, Role

__all__ = ["PAGES", "main", "stale"]

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
RULES = ROOT / "tests" / "spec"

VALUES = {"integer range": "NUMBER", "choice": "NAME", "directory": "FOLDER"}
"""What stands for the value of an option."""

CHAPTERS: Mapping[str, Sequence[str]] = {
    "From answers to scores": ("scoring", "tree", "favourable", "flags"),
    "Who answered": ("response",),
    "What may be shown": ("grouping", "display"),
    "How the numbers are read": ("quadrant", "engaged", "aggregation", "change"),
}
"""The rule book: its chapters, and the files of ``tests/spec`` in each."""


def main(arguments: Sequence[str]) -> int:
    """Write all pages; with ``--check`` only say which are not current. Gives the exit status."""
    if list(arguments) == ["--check"]:
        old = stale()
        for name in old:
            print(f"docs/reference/{name} is not current: run make docs-generate")
        return 1 if old else 0
    if arguments:
        print(__doc__)
        return 2
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8", newline="\n")
        print(f"docs/reference/{name}")
    return 0


def stale() -> list[str]:
    """Names of the pages that are missing or differ from what their sources give."""
    return [name for name, page in PAGES.items() if _written(REFERENCE / name) != page()]


def _written(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def permissions_page() -> str:
    """Who may do what in the web application: the table that the code itself asks."""
    intro = (
        "A role is given at a unit and counts there and at everything below: at a system for all\n"
        "its organisations, at an organisation for all its surveys. Nobody, in any role, may see\n"
        "who has answered or what a doctor answered: there is no such permission and no such page."
    )
    rows = [
        _row(meaning, *("yes" if right in TABLE[role] else "" for role in Role))
        for right, meaning in MEANING.items()
    ]
    head = ["may", *(role.words.lower() for role in Role)]
    return _page("Roles and permissions", "src/medengage/web/accounts", intro, _table(head, rows))


def commands_page() -> str:
    """Every command of ``medengage`` with its arguments and options."""
    intro = (
        "Every command prints its help with `--help`. It ends with 0 when all went well, with 2\n"
        "when the command line itself is wrong, and otherwise with a status of the\n"
        "[table of errors](errors.md)."
    )
    settings = command_line.context_settings
    sections = _commands(click.Context(command_line, info_name="medengage", **settings))
    return _page("Commands", "src/medengage/cli", intro, *sections)


def errors_page() -> str:
    """The error tree, and one row for each error."""
    tree = inspect.cleandoc(errors.__doc__ or "")
    drawn = [line for line in tree.splitlines() if line.startswith("    ")]
    rules = re.sub(r"``(.+?)``", r"`\1`", tree.split("\n\n", 2)[-1])
    rows = [
        _row(f"`{kind.__name__}`", f"`{kind.code}`", str(kind.exit_status), _first_sentence(kind))
        for kind in _errors(MedengageError)
    ]
    return _page(
        "Errors",
        "src/medengage/errors.py",
        "Everything that goes wrong with an input has a name, a code and an exit status.",
        "\n".join(["```text", inspect.cleandoc("\n".join(drawn)), "```"]),
        rules,
        _table(["error", "code", "exit status", "when"], rows),
    )


def attacks_page() -> str:
    """Every attack of the suite: what it tries, and what counts as a success."""
    intro = (
        "Each release is attacked before it is given out, by code that shares nothing with the\n"
        "certificate. `medengage release attack FOLDER` repeats that on the finished files and\n"
        "prints what was tried and found. The attacker is taken to know the roster, and who\n"
        "answered. A9 and A11 need copies of databases, and comments."
    )
    every = {**ATTACKS, "A9": linkage, "A11": telling_texts}
    parts = [intro]
    for name in sorted(every, key=lambda name: int(name[1:])):
        told = inspect.cleandoc(every[name].__doc__ or "").removeprefix(f"{name}: ")
        head, _, more = told.partition("\n\n")
        parts += [f"## {name}", head[0].upper() + head[1:]]
        parts += [re.sub(r"``(.+?)``", r"`\1`", more)] if more else []
    return _page("Attacks on a release", "src/medengage/disclosure/attacks", *parts)


def schema_page() -> str:
    """JSON Schema of ``findings.json``."""
    return json.dumps(Findings.model_json_schema(), indent=2, sort_keys=True) + "\n"


def rules_page() -> str:
    """The rule book: what the spec tests try, row by row."""
    intro = (
        "Every row of every table on this page is a test: the library is given the plain columns\n"
        "and has to give the columns in bold. Whoever disagrees with a row disagrees with the\n"
        "library, and is welcome to say so."
    )
    parts = [intro]
    for chapter, names in CHAPTERS.items():
        parts.append(f"## {chapter}")
        parts += [_demoted((RULES / f"{name}.md").read_text(encoding="utf-8")) for name in names]
    return _page("Rule book", "tests/spec", *parts)


def _page(title: str, source: str, *parts: str) -> str:
    note = f"<!-- Made by docs/generate.py from {source}: change it there. -->"
    return "\n\n".join([note, f"# {title}", *(part.strip() for part in parts)]) + "\n"


def _commands(context: click.Context) -> Iterator[str]:
    """One section per command; a group comes before the commands it holds."""
    yield _command(context)
    if isinstance(context.command, click.Group):
        for name, command in sorted(context.command.commands.items()):
            yield from _commands(click.Context(command, info_name=name, parent=context))


def _command(context: click.Context) -> str:
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [
        f"## `{context.command_path}`",
        inspect.cleandoc(command.help or ""),
        f"```text\n{usage}\n```",
    ]
    rows = [_row(f"`{_name(one)}`", _meaning(one)) for one in command.params]
    return "\n\n".join(
        [*parts, _table(["argument or option", "meaning"], rows)] if rows else parts
    )


def _name(one: click.Parameter) -> str:
    if isinstance(one, click.Option):
        value = VALUES.get(one.type.name, one.type.name.upper())
        return ", ".join(one.opts) + ("" if one.is_flag else f" {value}")
    return one.human_readable_name


def _meaning(one: click.Parameter) -> str:
    """Help, allowed values, default, and whether it is needed or may be repeated."""
    said = [*_help(one), *_allowed(one), *_default(one)]
    if isinstance(one, click.Option) and one.required:
        said.append("Needed.")
    return " ".join(part for part in said if part)


def _help(one: click.Parameter) -> list[str]:
    """What an option says of itself; click has no words for arguments, so their kind is said."""
    if isinstance(one, click.Option):
        repeated = one.multiple and "more than once" not in (one.help or "")
        return [one.help or "", "May be repeated." if repeated else ""]
    if isinstance(one.type, click.Path):
        return ["A file or folder." if one.type.file_okay else "A folder."]
    return ["" if isinstance(one.type, click.Choice) else "See above."]


def _allowed(one: click.Parameter) -> list[str]:
    match one.type:
        case click.Choice(choices=choices):
            return ["One of " + ", ".join(f"`{choice}`" for choice in choices) + "."]
        case click.IntRange(min=int(least)):
            return [f"A whole number from {least}."]
    return []


def _default(one: click.Parameter) -> list[str]:
    match one.default:
        case bool() | None:
            return []
        case str() | int() as value:
            return [f"Without it: `{value}`."]
        case (*values,) if values:
            return [f"Without it: `{' '.join(map(str, values))}`."]
    return []


def _errors(kind: type[MedengageError]) -> Iterator[type[MedengageError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _errors(child)


def _first_sentence(kind: type[MedengageError]) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", inspect.getdoc(kind) or "").split("\n\n")[0]


def _demoted(text: str) -> str:
    """Headings two levels lower, so that a file becomes a section of a chapter."""
    return re.sub(r"^#", "###", text, flags=re.MULTILINE)


def _table(heads: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([_row(*heads), _row(*("---" for _ in heads)), *rows])


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", r"\|") for cell in cells) + " |"


PAGES: Mapping[str, Callable[[], str]] = {
    "attacks.md": attacks_page,
    "cli.md": commands_page,
    "errors.md": errors_page,
    "findings-schema.json": schema_page,
    "permissions.md": permissions_page,
    "rules.md": rules_page,
}
"""Each generated page, and the function that gives its text."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A ``Study`` to the files of a study folder."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from medengage.definitions.instrument import Instrument
from medengage.errors import StudyError
from medengage.findings import Policy
from medengage.measure.responses import Responses
from medengage.measure.study import Population, Study
from medengage.stores.manifest import MANIFEST
from medengage.stores.toml_text import toml_text

__all__ = ["DRAFTS", "AnswerFormat", "replace_file", "settle", "study_files"]

AnswerFormat = Literal["csv", "parquet"]
Row = list[str | int]
CONTENT = "content"
DRAFTS = ".writing-"
"""Beginning of the names of folders for what is not whole yet."""
PHASE = "phase"
COUNTS, MORE_COUNTS = "population.csv", "population-more.csv"


def study_files(
    study: Study, own: Sequence[Instrument], answers: AnswerFormat
) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of the folder; ``own`` are definitions to write as well."""
    for instrument in own:
        name = f"{CONTENT}/instruments/{instrument.id}-{instrument.version}.toml"
        table = instrument.model_dump(exclude_defaults=True, exclude_none=True)
        yield name, toml_text(table).encode()
    yield f"responses.{answers}", _answers(study.responses, study.instruments, answers)
    if (managers := study.managers) is not None:
        yield f"managers.{answers}", _answers(managers.responses, [managers.instrument], answers)
    if study.population is not None:
        yield from _counts(study.population)
    yield MANIFEST, toml_text(_manifest(study, bool(own), answers)).encode()


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a reader sees the old one or the new one.

    What is written before something else is on the disk before it, also when the power fails.
    Raises ``StudyError`` where the folder cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=DRAFTS) as folder:
            temporary = Path(folder) / path.name
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        settle(path.parent)
    except OSError as error:
        reason = error.strerror or "no reason given"
    else:
        return
    raise StudyError("the file cannot be written", subject=path.name, hint=reason)


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, on systems that can be asked to."""
    if hasattr(os, "O_DIRECTORY"):
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _answers(responses: Responses, instruments: Sequence[Instrument], kind: AnswerFormat) -> bytes:
    """One row a respondent: attributes, phase and items; empty where there is no answer."""
    columns: dict[str, pl.Series] = {}
    for name, attribute in responses.attributes.items():
        labels = np.array([*attribute.labels, None], dtype=object)
        columns[name] = pl.Series(labels[attribute.codes].tolist(), dtype=pl.String)
    if responses.phase is not None:
        columns[PHASE] = _stated(responses.phase)
    for name in (name for instrument in instruments for name in instrument.item_ids):
        columns[name] = _stated(responses.answers[:, responses.column[name]])
    frame = pl.DataFrame(columns)
    buffer = io.BytesIO()
    if kind == "parquet":
        frame.write_parquet(buffer)
    else:
        frame.write_csv(buffer, quote_style="non_numeric")
    return buffer.getvalue()


def _stated(values: np.ndarray[Any, np.dtype[np.int8]]) -> pl.Series:
    """0 becomes empty."""
    column = pl.Series(np.ascontiguousarray(values))
    return column.set(column == 0, None)


def _counts(population: Population) -> Iterator[tuple[str, bytes]]:
    """Combinations in one file, attributes that are known only by themselves in another."""
    if population.joint:
        cells: list[Row] = [[*cell, count] for cell, count in population.joint.items()]
        yield COUNTS, _csv([*population.attributes, "count"], cells)
    lines: list[Row] = [
        [name, value, count]
        for name, counts in population.margins.items()
        if name not in population.attributes or not population.joint
        for value, count in counts.items()
    ]
    if lines:
        yield MORE_COUNTS, _csv(["attribute", "value", "count"], lines)


def _csv(header: Sequence[str], rows: Sequence[Row]) -> bytes:
    frame = pl.DataFrame(list(rows), schema=list(header), orient="row")
    return frame.write_csv(quote_style="non_numeric").encode()


def _manifest(study: Study, has_content: bool, answers: AnswerFormat) -> dict[str, Any]:
    table: dict[str, Any] = {
        "study": {
            "id": study.id,
            "organisation": study.organisation,
            "wave": study.wave,
            "opened": study.opened,
            "closed": study.closed,
            "instrument": study.instrument.reference,
            "modules": [module.reference for module in study.modules],
            "synthetic": study.synthetic,
            "content": CONTENT if has_content else None,
        },
        "words": dict(study.words),
        "responses": _section(study.responses, f"responses.{answers}"),
    }
    if study.population is not None:
        table["population"] = _population_section(study.population)
    if study.managers is not None:
        table["managers"] = {
            "instrument": study.managers.instrument.reference,
            **_section(study.managers.responses, f"managers.{answers}"),
        }
    table["policy"] = _policy_section(study.policy)
    return {name: section for name, section in table.items() if section}


def _policy_section(policy: Policy) -> dict[str, Any]:
    """The rules that differ from the defaults; ``""`` turns one off, a single name is no list."""
    rules = policy.model_dump(exclude_defaults=True)
    if policy.further:
        rules["further"] = [names[0] if len(names) == 1 else names for names in policy.further]
    return {key: "" if rule is None else rule for key, rule in rules.items()}


def _section(responses: Responses, file: str) -> dict[str, Any]:
    attributes = responses.attributes
    return {
        "file": file,
        "phase": None if responses.phase is None else PHASE,
        "attributes": list(attributes) or None,
        "categories": {name: list(a.labels) for name, a in attributes.items() if a.labels} or None,
    }


def _population_section(population: Population) -> dict[str, Any]:
    files = [name for name, _ in _counts(population)]
    return {
        "file": files or None,
        "total": None if files else population.total,
        "attributes": list(population.margins) or None,
    }

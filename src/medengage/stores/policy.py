"""The policy of a study: do its keys speak of attributes and values that the answers have?

``findings.Policy`` says which rules there can be; here they meet the attributes of one study.
Every fault gets the place of its key and a mend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from medengage.errors import Problem
from medengage.findings import Policy
from medengage.measure.responses import Responses
from medengage.tables.names import nearest, shown
from medengage.tables.notes import MANIFEST, Notes

__all__ = ["advise_coarser", "check_names", "check_values", "current", "placed"]

PLACE = f"{MANIFEST}, policy"
PAIR = 2
DOCTORS_EACH = 1.5
"""With fewer doctors a combination of attributes, most cross-tables have little to show."""
FAULTS = {
    "a breakdown names an attribute twice.": ("further", "Name each attribute once."),
    "a sensitive attribute is never crossed with another.": (
        "further",
        "Name it in further by itself, or leave it out of sensitive.",
    ),
    "units are not compared by a sensitive attribute.": (
        "breakdown",
        "Name it in further, and compare units by another attribute.",
    ),
}
"""What ``Policy`` says of keys that do not fit each other: the key to look at, and the mend."""


def placed(problem: Problem) -> Problem:
    """A fault between keys of the policy with the place of the key and a mend; others as is."""
    if problem.place != PLACE or problem.what not in FAULTS:
        return problem
    key, mend = FAULTS[problem.what]
    return replace(problem, place=f"{PLACE}.{key}", mend=mend)


def current(table: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The manifest without the key that an earlier version had; notes what to write instead."""
    policy = table.get("policy")
    if not isinstance(policy, dict) or "breakdown_order" not in policy:
        return dict(table)
    unit = policy.get("breakdown")
    name = shown(unit) if isinstance(unit, str) and unit else "division"
    notes.problem(
        f"{PLACE}.breakdown_order",
        "order has taken its place and names the attribute as well.",
        f"Write order = {{ {name} = [...] }} with the same values.",
    )
    kept = {key: rule for key, rule in policy.items() if key != "breakdown_order"}
    return {**table, "policy": kept}


def check_names(policy: Policy, attributes: Collection[str], notes: Notes) -> None:
    """Note names that are no attribute of the responses, and attributes within each other."""
    for key, name in _named(policy):
        if name not in attributes:
            notes.problem(
                f"{PLACE}.{key}",
                f"{shown(name)} is not an attribute of the responses.",
                nearest(name, attributes) or "Add it to attributes in [responses].",
            )
    for inner, outer in policy.within.items():
        if inner in _line(outer, policy.within):
            notes.problem(
                f"{PLACE}.within",
                f"{shown(inner)} lies within itself.",
                "Write the finer attribute first: specialty = division.",
            )
        elif outer in policy.sensitive and inner not in policy.sensitive:
            notes.problem(
                f"{PLACE}.within",
                f"{shown(outer)} is sensitive, and nothing is joined within it.",
                "Name another attribute, or none.",
            )


def _named(policy: Policy) -> Iterator[tuple[str, str]]:
    """Each key that names an attribute, with the name; what stands there by itself is left out."""
    if policy.breakdown is not None:
        yield "breakdown", policy.breakdown
    for number, names in enumerate(policy.further, start=1):
        yield from ((f"further[{number}]", name) for name in names)
    yield from (("within", name) for pair in policy.within.items() for name in pair)
    yield from (("order", name) for name in policy.order)
    yield from (("sensitive", name) for name in policy.sensitive)
    if policy.weighting is not None and "weighting" in policy.model_fields_set:
        yield "weighting", policy.weighting


def _line(name: str, within: Mapping[str, str]) -> list[str]:
    """The attribute, the one around it, and so on until there is none or one comes again."""
    line = [name]
    while (around := within.get(line[-1])) is not None and around not in line:
        line.append(around)
    return line


def check_values(policy: Policy, responses: Responses, notes: Notes) -> None:
    """Note entries of ``order`` that are no value of their attribute, by their number."""
    for name, values in policy.order.items():
        column = responses.attributes.get(name)
        for number, value in enumerate(values, start=1):
            if column is not None and value not in column.labels:
                notes.problem(
                    f"{PLACE}.order.{name}",
                    f"entry {number} is not a value of {name}.",
                    "Write it as it stands in the answers.",
                )


def advise_coarser(policy: Policy, responses: Responses, notes: Notes) -> None:
    """Attributes that are too fine for the number of doctors keep results from being shown."""
    columns = [
        responses.attributes[name].codes
        for name in policy.attributes
        if name in responses.attributes
    ]
    if len(columns) < PAIR:
        return
    combinations = len(np.unique(np.column_stack(columns), axis=0))
    if combinations * DOCTORS_EACH > responses.n:
        notes.advise(
            PLACE,
            f"{responses.n:,} doctors have {combinations:,} combinations of the attributes.",
            "Coarser attributes, or fewer, let more results be shown.",
        )

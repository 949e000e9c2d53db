"""What the library gives for a row of the spec tables on scores, shares and flags.

Each function takes the cells of a row that are given, and returns those that are expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument, MissingRule, ResponseOptions
from medengage.measure import profiles
from medengage.measure.responses import Responses
from medengage.measure.scoring import Scores, score
from medengage.stats import scoring
from tests import builders

Cells = Mapping[str, str]
Given = dict[str, str | float | bool]

OURS = "open-medical-engagement"
FACETS = "say-stay-strive"
LEFT_OUT = "."


def answers_of(cell: str) -> list[int]:
    """``4 . 5`` as numbers, 0 for an item left out."""
    return [0 if part == LEFT_OUT else int(part) for part in cell.split()]


def keys_of(cell: str) -> list[bool]:
    """``+ -`` as flags, true where an item is reversed."""
    return [part == "-" for part in cell.split()]


def matrix(rows: Sequence[Sequence[int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """Answers with one row a doctor."""
    return np.array(rows, dtype=np.int8).reshape(len(rows), -1)


def shown(value: float) -> str | float:
    """A score, or ``none``."""
    return "none" if np.isnan(value) else value


def five_items(row: Cells) -> Given:
    """One doctor who answered a scale of five items, and another scale so as to be counted."""
    reversed_ = keys_of(row["keys"])
    plain = builders.instrument(items_per_scale=5, reversed_every=0)
    items = [
        item.model_copy(update={"reversed": turned})
        for item, turned in zip(plain.items, [*reversed_, *[False] * 5], strict=True)
    ]
    instrument = plain.model_copy(update={"items": tuple(items)})
    answers = [*answers_of(row["answers"]), 3, 3, 3, 3, 3]
    return {"score": shown(scores_of(answers, instrument).scale["learning"][0])}


def scores_of(answers: Sequence[int], instrument: Instrument, *modules: Instrument) -> Scores:
    """Scores of one doctor."""
    items = [name for one in (instrument, *modules) for name in one.item_ids]
    one_doctor = Responses(tuple(items), matrix([answers]))
    return score(builders.study(instrument=instrument, modules=modules, responses=one_doctor))


def items_needed(row: Cells) -> Given:
    """From the definition; and the same from the arithmetic, where the definition is silent."""
    items, said = int(row["items of the scale"]), row["the definition says"]
    rule = MissingRule() if said == "nothing" else MissingRule(answer_at_least=float(said))
    needed = rule.min_items(items)
    if said == "nothing":
        assert needed == scoring.min_items_for(items)
    return {"must be answered": needed}


def other_options(row: Cells) -> Given:
    """One answered item of a scale with another number of options."""
    highest, answer = int(row["options"]), int(row["answer"])
    found = scoring.scale_scores(matrix([[answer]]), [[0]], lo=1, hi=highest)
    assert found[0, 0] == scoring.rescale(answer, 1, highest)
    return {"score": float(found[0, 0])}


def tree(row: Cells) -> Given:
    """One doctor whose answers make just these scores of the subscales."""
    instrument = catalogue.instrument(OURS)
    wanted = dict(
        zip([leaf.id for leaf in instrument.subscales], row["subscales"].split(), strict=True)
    )
    home = {item: leaf.id for leaf in instrument.subscales for item in leaf.items}
    answers = [answer_for(instrument, name, wanted[home[name]]) for name in instrument.item_ids]
    found = scores_of(answers, instrument).scale
    index = instrument.index
    assert index is not None
    parts = [shown(found[part.id][0]) for part in instrument.children(index.id)]
    return {
        "meta-scales": " ".join(p if isinstance(p, str) else f"{p:g}" for p in parts),
        "index": shown(found[index.id][0]),
    }


def answer_for(instrument: Instrument, item: str, score_: str) -> int:
    """The answer to an item of five options that scores 0, 25, 50, 75 or 100."""
    if score_ == LEFT_OUT:
        return 0
    keyed = 1 + int(score_) // 25
    return 6 - keyed if instrument.item(item).reversed else keyed


def favourable_options(row: Cells) -> Given:
    """The favourable answers of a set of options."""
    labels = tuple(f"option {number + 1}" for number in range(int(row["options"])))
    said = row["the definition says"]
    options = ResponseOptions(labels=labels, favourable_from=0 if said == "nothing" else int(said))
    favourable = range(options.favourable_cut, options.highest + 1)
    return {"favourable": " ".join(map(str, favourable))}


def percent_favourable(row: Cells) -> Given:
    """One item of five options."""
    answers = matrix([[answer] for answer in answers_of(row["answers"])])
    keyed = scoring.mirror(answers, keys_of(row["key"]), 1, 5)
    return {"percent": shown(float(scoring.percent_favourable(keyed, 4).percent[0]))}


def straight_lined(row: Cells) -> Given:
    """One doctor."""
    flags = scoring.straight_lined(matrix([answers_of(row["answers"])]), keys_of(row["keys"]))
    return {"flagged": bool(flags[0])}


def mostly_missing(row: Cells) -> Given:
    """One doctor who answered the first items and left out the others."""
    items, answered = int(row["items"]), int(row["answered"])
    answers = [3] * answered + [0] * (items - answered)
    return {"flagged": bool(scoring.mostly_missing(matrix([answers]))[0])}


def engaged(row: Cells) -> Given:
    """One doctor who answered say, stay and strive."""
    main, module = builders.instrument(), catalogue.instrument(FACETS)
    asked = [answer for facet in ("say", "stay", "strive") for answer in answers_of(row[facet])]
    one_doctor = Responses((*main.item_ids, *module.item_ids), matrix([[*[3] * 6, *asked]]))
    study = builders.study(instrument=main, modules=(module,), responses=one_doctor)
    scores = score(study)
    found = profiles.engaged(study, scores)
    assert found is not None
    facets = [shown(scores.scale[facet][0]) for facet in found.facets]
    words = {"all facets": found.by_all_facets, "mean": found.by_mean}
    return {
        "scores": " ".join(f if isinstance(f, str) else f"{f:g}" for f in facets),
        **{
            name: share.value == 100 if share.n else "not counted"
            for name, share in words.items()
            if share.kind == "share"
        },
    }

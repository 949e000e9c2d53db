"""What releases give away: the usual rules and the certified release side by side.

Run ``python benchmarks/release.py``; ``--full`` takes 200 hospitals of 120 to 5,000 doctors,
``--speed`` times by doctors and attributes, ``--weaker`` says what the proof costs.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import altair
import numpy as np
import numpy.typing as npt

from medengage.disclosure.attacks import Release, closure, differencing, unions
from medengage.disclosure.attacks.linear import recovered
from medengage.disclosure.blocks import BlockRule
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Lattice, Wish, build
from medengage.disclosure.programme import union_programme
from medengage.disclosure.regimes import cells, remainder_rule, threshold_only, without_values

Flags = npt.NDArray[np.bool_]

NAMES = ("division", "specialty", "grade", "sex", "site", "contract")
RULES = {"specialty": BlockRule(parent="division")}
GRADES, SITES = (0.45, 0.1, 0.3, 0.15), (0.79, 0.21)
RESPONSE = 0.6

ONE = [(name,) for name in NAMES[:5]]
LEAN = [(), *ONE, ("division", "grade")]
"""The six fixed breakdowns."""
STANDARD = [*ONE, ("division", "grade"), ("division", "sex"), ("grade", "sex")]
"""The eight standard breakdowns."""
FREE = [
    *[(), *STANDARD, ("division", "site"), ("specialty", "grade"), ("specialty", "sex")],
    *[("grade", "site"), ("sex", "site"), ("division", "grade", "sex")],
    *[("division", "grade", "site"), ("division", "sex", "site"), ("grade", "sex", "site")],
    ("specialty", "grade", "sex"),
]
"""Free filters by up to three attributes, as managers combine them."""

CERTIFIED = {"certified, eight breakdowns": STANDARD, "certified, free filters": FREE}

PUBLISHED = {
    "free filters, threshold": (123.4, 50.7, 6.3),
    "free filters, threshold and remainder": (88.0, 6.5, 0.25),
    "six breakdowns, threshold": (36.6, 4.25, 0.2),
    "six breakdowns, threshold and remainder": (36.3, 4.25, 0.2),
}
"""Published means: statistics, groups below ten and single doctors recovered exactly."""


def hospital(
    rng: np.random.Generator, *, doctors: int = 400, specialties: int = 20, skew: float = 2.0
) -> Frame:
    """Respondents and roster of one hospital by five attributes; smaller skew, rarer specialties.

    Five divisions of equally many specialties, whose sizes are Dirichlet(skew).
    """
    share = rng.dirichlet(np.full(specialties, skew))
    specialty = rng.choice(specialties, doctors, p=share)
    grade, sex = rng.choice(4, doctors, p=GRADES), rng.integers(0, 2, doctors)
    site = rng.choice(2, doctors, p=SITES)
    codes = np.column_stack([specialty % 5, specialty, grade, sex, site])
    return frame_of(codes, rng.random(doctors) < RESPONSE)


def frame_of(codes: npt.NDArray[np.int64], answered: Flags) -> Frame:
    """The frame of doctors with these attribute codes (N, attributes)."""
    atoms, which = np.unique(codes, axis=0, return_inverse=True)
    which = which.reshape(-1)
    counts = np.bincount(which[answered], minlength=len(atoms)).astype(np.int64)
    names = NAMES[: codes.shape[1]]
    labels = [
        tuple(f"{n} {v + 1:02d}" for n, v in zip(names, atom, strict=True)) for atom in atoms
    ]
    return Frame(names, tuple(labels), counts, counts, np.bincount(which).astype(np.int64))


def certified(frame: Frame, margins: Sequence[Sequence[str]], k: int = 10) -> Lattice:
    """The certified lattice for the same wishes."""
    wishes = [Wish(tuple(margin)) for margin in margins if margin]
    return build(frame, wishes, k, rules=RULES)


REGIMES: dict[str, Callable[[Frame], Release]] = {
    "free filters, threshold": lambda frame: threshold_only(frame, FREE),
    "free filters, threshold and remainder": lambda frame: remainder_rule(frame, FREE),
    "six breakdowns, threshold": lambda frame: threshold_only(frame, LEAN),
    "six breakdowns, threshold and remainder": lambda frame: remainder_rule(frame, LEAN),
}


def targets(frame: Frame, k: int) -> Flags:
    """Different groups of 1 to k - 1 doctors: cells of the free filters, and atoms."""
    masks = np.vstack([cells(frame, margin) for margin in (*FREE, NAMES[:5])])
    n = masks @ frame.scored
    return np.unique(masks[(n > 0) & (n < k)], axis=0)


@dataclass(frozen=True)
class Row:
    """One regime in one hospital."""

    statistics: int
    pairs: int
    groups: int
    doctors: int


def judged(shown: Release, small: Flags) -> Row:
    """How much of the small groups a release gives away."""
    got = closure(shown, small).found
    single = sum(found.n == 1 for found in got)
    return Row(len(shown.matrix), len(differencing(shown).found), len(got), single)


def table(hospitals: int, seed: int) -> None:
    """The usual rules and the certified release in the same hospitals."""
    rows: dict[str, list[Row]] = {}
    raw: dict[str, list[float]] = {"standard": [], "free": [], "seconds": [], "statistics": []}
    for number in range(hospitals):
        frame = hospital(np.random.default_rng([seed, number]))
        small = targets(frame, 10)
        for name, regime in REGIMES.items():
            rows.setdefault(name, []).append(judged(regime(frame), small))
        for name, margins in CERTIFIED.items():
            start = time.perf_counter()
            lattice = certified(frame, margins)
            raw["seconds"].append(time.perf_counter() - start)
            shown = without_values(frame, [group.atoms for group in lattice.groups], 10)
            rows.setdefault(name, []).append(judged(shown, small))
            raw["statistics"].append(len(threshold_only(frame, margins).matrix))
        raw["free"].append(coverage(lattice, FREE))
        raw["standard"].append(coverage(lattice, STANDARD))
    show(rows)
    eight, free = np.mean(raw["statistics"][::2]), np.mean(raw["statistics"][1::2])
    print(f"the threshold alone would show: eight breakdowns {eight:.1f}, free filters {free:.1f}")
    eight, free = 100 * np.mean(raw["standard"]), 100 * np.mean(raw["free"])
    print("cells of ten doctors or more that the certified release shows, as such or as sums:")
    print(f"{eight:.0f} % of the eight breakdowns, {free:.0f} % of all free filters")
    eight, free = np.median(raw["seconds"][::2]), np.median(raw["seconds"][1::2])
    print(f"median seconds a hospital: eight breakdowns {eight:.2f}, free filters {free:.2f}")


def show(rows: dict[str, list[Row]]) -> None:
    """One line a regime: means over hospitals, and the published means."""
    print(f"{'':42}statistics   pairs  groups <10   doctors  hospitals   published")
    for name, found in rows.items():
        values = np.array([(r.statistics, r.pairs, r.groups, r.doctors) for r in found])
        mean, leaking = values.mean(axis=0), int((values[:, 2] > 0).sum())
        error = values[:, 2].std() / np.sqrt(len(found))
        line = (
            f"{name:42}{mean[0]:10.1f}{mean[1]:8.1f}{mean[2]:7.1f} +/-{error:4.1f}{mean[3]:7.2f}"
        )
        paper = PUBLISHED.get(name)
        print(f"{line}{leaking:7d}/{len(found):<5d}{paper or ''}")


def coverage(lattice: Lattice, margins: Sequence[Sequence[str]]) -> float:
    """Share of the raw cells with at least k doctors whose figure the release holds."""
    frame = lattice.frame
    masks = np.vstack([cells(frame, margin) for margin in margins])
    large = masks[masks @ frame.scored >= lattice.k]
    return float(recovered(lattice.matrix.astype(float), large).mean())


def grown(rng: np.random.Generator, doctors: int, attributes: int, skew: float = 1.0) -> Frame:
    """A hospital of any size with two to six attributes."""
    specialties = int(np.clip(doctors // 20, 6, 60))
    share = rng.dirichlet(np.full(specialties, skew))
    specialty = rng.choice(specialties, doctors, p=share)
    columns = [
        specialty % int(np.clip(specialties // 4, 2, 10)),
        specialty,
        rng.choice(4, doctors, p=GRADES),
        rng.integers(0, 2, doctors),
        rng.choice(4, doctors, p=(0.5, 0.25, 0.15, 0.1)),
        rng.choice(2, doctors, p=(0.8, 0.2)),
    ]
    codes = np.column_stack(columns[:attributes]).astype(np.int64)
    return frame_of(codes, rng.random(doctors) < rng.uniform(0.3, 0.9))


def pairs(names: Sequence[str]) -> list[tuple[str, ...]]:
    """All single attributes, then all two-way tables but division by specialty."""
    two = [(a, b) for place, a in enumerate(names) for b in names[place + 1 :]]
    return [*[(name,) for name in names], *[p for p in two if p != ("division", "specialty")]]


def many(hospitals: int, seed: int) -> None:
    """Random hospitals, sizes, attributes and k: what the attacks get from certified releases."""
    groups = searched = small = withheld = 0
    worst = 0.0
    for number in range(hospitals):
        rng = np.random.default_rng([seed, 1, number])
        doctors = int(np.exp(rng.uniform(np.log(120), np.log(5000))))
        k = int(rng.choice([5, 10, 11]))
        frame = grown(rng, doctors, int(rng.integers(2, 7)), float(rng.choice([0.3, 1, 3])))
        start = time.perf_counter()
        lattice = certified(frame, pairs(frame.attributes), k)
        worst = max(worst, time.perf_counter() - start)
        shown = without_values(frame, [group.atoms for group in lattice.groups], k)
        tried = closure(shown)
        small += tried.tried
        groups += len(tried.found) + len(differencing(shown).found)
        withheld += sum(held.reason == "unproven" for held in lattice.withheld)
        search = unions(shown)
        searched += search.finished
        groups += len(search.found)
    print(
        f"certified releases of {hospitals} hospitals of 120 to 5,000 doctors: {groups} recovered"
    )
    print(
        f"{small:,} small groups tried, {searched} hospitals searched for any union of cells, "
        f"{withheld} figures withheld as unproven, slowest build {worst:.1f} s"
    )


def speed(seed: int, picture: str | None) -> None:
    """Seconds by doctors and attributes: all single attributes and two-way tables."""
    print("doctors  attributes  atoms  figures  withheld  unproven  seconds")
    rows = []
    for doctors in (120, 400, 1000, 2000, 5000):
        for attributes in (2, 3, 4, 5, 6):
            frame = grown(np.random.default_rng([seed, 2, doctors]), doctors, attributes)
            start = time.perf_counter()
            lattice = certified(frame, pairs(frame.attributes))
            spent = time.perf_counter() - start
            large = [held for held in lattice.withheld if held.reason != "small group"]
            unproven = sum(held.reason == "unproven" for held in large)
            atoms = int((frame.answered > 0).sum())
            print(
                f"{doctors:7}{attributes:12}{atoms:7}{lattice.statistics:9}{len(large):10}"
                f"{unproven:10}{spent:9.2f}"
            )
            rows.append({"doctors": doctors, "attributes": attributes, "seconds": spent})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory {peak:.2f} GB")
    if picture:
        plot(rows, picture)


def plot(rows: list[dict[str, float]], picture: str) -> None:
    """Seconds against doctors, one line a number of attributes, as a picture file."""
    altair.Chart({"values": rows}, width=420, height=260).mark_line(point=True).encode(
        altair.X("doctors:Q", scale=altair.Scale(type="log"), title="doctors on the roster"),
        altair.Y("seconds:Q", scale=altair.Scale(type="log"), title="seconds to certify"),
        altair.Color("attributes:O", title="attributes"),
    ).save(picture)


def weaker(hospitals: int, seed: int) -> None:
    """What the proof costs: figures kept if only unions of whole small cells had to be safe."""
    for number in range(hospitals):
        frame = hospital(np.random.default_rng([seed, number]))
        start = time.perf_counter()
        lattice = certified(frame, STANDARD)
        middle = time.perf_counter()
        kept = kept_by_unions(lattice)
        seconds = time.perf_counter() - middle
        print(
            f"hospital {number + 1}: certified {lattice.statistics} figures in "
            f"{middle - start:.2f} s; unions alone {kept} figures in {seconds:.0f} s"
        )


def kept_by_unions(lattice: Lattice) -> int:
    """Figures that the integer programme for unions would keep, in the same order."""
    frame = lattice.frame
    present = frame.answered > 0
    large = [held for held in lattice.withheld if held.reason != "small group"]
    tried = [(g.wish, g.atoms) for g in lattice.groups]
    tried += [(held.wish, frame.mask(dict(held.where))) for held in large]
    places = {wish: place for place, wish in enumerate((Wish(()), *lattice.wishes))}
    tried.sort(key=lambda one: (places[one[0]], -int(frame.scored[one[1]].sum())))
    kept = np.zeros((0, int(present.sum())), dtype=np.int64)
    for _, mask in tried:
        rows, kind = np.unique(np.vstack([kept, mask[present]]), axis=1, return_inverse=True)
        sizes = np.bincount(kind.reshape(-1), frame.scored[present]).astype(np.int64)
        if union_programme(rows, sizes, lattice.k, seconds=20.0)[0]:
            kept = np.vstack([kept, mask[present]])
    return len(np.unique(kept, axis=0))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, default=12)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--plot", help="write the times as a picture to this file (svg, png)")
    parser.add_argument("--weaker", action="store_true")
    options = parser.parse_args()
    table(options.hospitals, options.seed)
    if options.speed or options.plot:
        speed(options.seed, options.plot)
    if options.weaker:
        weaker(4, options.seed)
    if options.full:
        many(200, options.seed)


if __name__ == "__main__":
    main()

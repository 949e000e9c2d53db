"""The proof behind a certificate: is there a combination that rests on too few doctors?

Given released figures, a candidate figure and the sizes of atoms, look for a vector ``r`` of the
form ``candidate + combination of released figures`` that is zero on all atoms but a few with fewer
than ``limit`` doctors in total. The search is exact and complete; docs/explanation/certificate.md
has the lemmas. In short:

* a vector that leaves all released figures as they are but changes the candidate is an
  *exchange*. ``r`` cannot be zero on all atoms of an exchange, since its product with the exchange
  is the change of the candidate. So ``limit`` exchanges that share no doctor prove safety;
* likewise ``r`` is never nonzero at exactly one atom of a vector that changes nothing at all. So
  atoms with proportional columns are zero together or nonzero together, and one large atom among
  them makes all zero;
* where both do not decide, one atom is chosen: either ``r`` is zero there (its row goes), or not
  (its doctors are *spent* from the budget of ``limit - 1``).

In matroid terms it finds the lightest cocircuit through the candidate (Oxley 2011, ch. 2); finding
it is hard in general (Vardy 1997), so ``effort`` bounds the number of cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from medengage.disclosure.tableau import Flags, Integers, Tableau, TooLarge, eliminate

__all__ = ["Outcome", "search"]

ENDLESS = 2**40
MIX = 0x1E3779B97F4A7C15
"""Its powers (that wrap at 64 bits) mix a column into one number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search found: ``proven`` safe, or a ``witness`` (columns), or neither: no proof."""

    proven: bool
    witness: tuple[int, ...] | None
    cases: int


@dataclass(slots=True)
class _Case:
    """A space of vectors ``r`` (``rows`` span it) and what is known of ``r``.

    Row 0 belongs to the candidate itself. ``own`` is the column that only this row has; ``spent``
    marks rows whose own column is known to be nonzero and has been paid for. ``weight`` (C,) are
    doctors, ``members`` (C, A) the atoms that a column stands for, ``paid`` (A,) the atoms paid
    for and ``budget`` the doctors that may still be spent.
    """

    rows: Integers
    own: Integers
    spent: Flags
    weight: Integers
    members: Flags
    paid: Flags
    budget: int

    @property
    def owned(self) -> Flags:
        """(C,) which columns are some row's own."""
        owned = np.zeros(len(self.weight), dtype=bool)
        owned[self.own] = True
        return owned

    def keep(self, columns: Flags, rows: Flags | None = None) -> _Case:
        """Only these columns and rows; own columns of kept rows must be kept."""
        place = np.cumsum(columns) - 1
        which = np.ones(len(self.own), dtype=bool) if rows is None else rows
        return replace(
            self,
            rows=self.rows[which][:, columns],
            own=place[self.own[which]],
            spent=self.spent[which],
            weight=self.weight[columns],
            members=self.members[columns],
        )


def search(
    released: Tableau, candidate: Integers, sizes: Integers, limit: int, *, effort: int
) -> Outcome:
    """Prove that candidate and released figures never isolate fewer than ``limit`` doctors.

    ``candidate`` (A,) is reduced by ``released``, which has settled on ``sizes`` (A,). Only
    combinations that use the candidate are looked at. ``effort`` is the most cases to look at.
    """
    stack = [_start(released, candidate, sizes, limit - 1)]
    cases = 0
    while stack:
        cases += 1
        if cases > effort:
            return Outcome(False, None, cases)
        try:
            witness = _step(stack)
        except TooLarge:
            return Outcome(False, None, cases)
        if witness is not None:
            return Outcome(False, tuple(int(a) for a in np.flatnonzero(witness)), cases)
    return Outcome(True, None, cases)


def _step(stack: list[_Case]) -> Flags | None:
    """Settle the last case, or replace it by two; the atoms of a witness if one is found."""
    case = _simplified(stack.pop())
    if case is None:
        return None
    enough, column = _exchanges(case)
    if enough:
        return None
    if column is None:
        column = _entangled(case)
    if column is None:
        return case.paid
    stack += [_zero(case, column), _pay(case, column)]
    return None


def _start(released: Tableau, candidate: Integers, sizes: Integers, budget: int) -> _Case:
    """The candidate's row first, then what it touches.

    Row 0 owns a column that stands for the candidate. Its entry would be how often ``r`` holds the
    candidate; as only the sign of life counts, it is left at zero, which keeps row 0 short.
    Atoms without a scored doctor are free for the attacker, so their columns are left out. Rows
    whose own column is such an atom or too large for the budget are left out likewise: as the own
    columns are the heaviest possible, these rows have no other column that matters.
    """
    kept = released.released & (sizes[released.own] > 0) & (sizes[released.own] <= budget)
    rows = np.vstack([candidate, released.rows[kept]])
    own = np.append(len(sizes), released.own[kept])
    large = released.own[released.released & (sizes[released.own] > budget)]
    columns = sizes > 0
    columns[large] = False
    touched = _touched(rows, columns)
    rows = np.pad(rows[touched[0]], ((0, 0), (0, 1)))
    case = _Case(
        rows=rows,
        own=own[touched[0]],
        spent=np.arange(len(rows)) == 0,
        weight=np.append(sizes, 0),
        members=np.eye(len(sizes) + 1, len(sizes), dtype=bool),
        paid=np.zeros(len(sizes), dtype=bool),
        budget=budget,
    )
    return case.keep(np.append(touched[1], True))


def _touched(rows: Integers, columns: Flags) -> tuple[Flags, Flags]:
    """Rows and columns that are connected with row 0; the others are another direct summand."""
    count, atoms = rows.shape
    row, column = np.nonzero((rows != 0) & columns)
    size = count + atoms
    graph = coo_array((np.ones(len(row)), (row, column + count)), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    near = part == part[0]
    return near[:count], near[count:] & columns


def _simplified(case: _Case) -> _Case | None:
    """Follow all that is certain about ``r``; ``None`` where it is certain that there is none."""
    while True:
        lighter = _without_heavy(case)
        joined = None if lighter is None else _joined(lighter)
        if joined is None or joined is lighter:
            return joined
        case = joined


def _without_heavy(case: _Case) -> _Case | None:
    """``r`` is zero at every column that costs more than the budget."""
    heavy = (case.weight > case.budget) & ~_spent_columns(case)
    if not heavy.any():
        return case
    dropped = heavy[case.own]
    case = case.keep(~(heavy & case.owned), ~dropped)
    heavy = (case.weight > case.budget) & ~_spent_columns(case)
    kept_rows, kept = np.ones(len(case.own), dtype=bool), ~heavy
    for column in np.flatnonzero(heavy):
        row = _row_to_give(case, int(column), kept_rows)
        if row == 0:
            return None
        if row is not None:
            eliminate(case.rows, row, int(column))
            kept_rows[row] = False
            kept[case.own[row]] = not case.spent[row]
    return case.keep(kept, kept_rows)


def _row_to_give(case: _Case, column: int, kept: Flags) -> int | None:
    """The row that goes when ``r`` is zero at a column that no row owns.

    ``None`` if the column is zero anyway, 0 if it is zero only where ``r`` may not be: a spent
    column would be zero with it. A spent row may go only as one of several; its own column is then
    forgotten, which is no harm since it has been paid for.
    """
    rows = np.flatnonzero((case.rows[:, column] != 0) & kept)
    if not len(rows):
        return None
    free = rows[~case.spent[rows]]
    if len(free):
        return int(free[0])
    return int(rows[-1]) if len(rows) > 1 else 0


def _spent_columns(case: _Case) -> Flags:
    spent = np.zeros(len(case.weight), dtype=bool)
    spent[case.own[case.spent]] = True
    return spent


def _joined(case: _Case) -> _Case | None:
    """Proportional columns are zero together or not: pay for partners of spent ones, join others.

    The same case if there was nothing to do.
    """
    entries = (case.rows != 0).sum(axis=0)
    loose = ~case.owned
    first = (case.rows != 0).argmax(axis=0)
    partner = loose & (entries == 1)
    due = partner & case.spent[first]
    weight, members, gone = case.weight.copy(), case.members.copy(), loose & (entries <= 1)
    twins, heads = _twins(case.rows, np.flatnonzero(loose & (entries > 1)))
    joining = np.flatnonzero(partner & ~due)
    joining, heads = np.append(joining, twins), np.append(case.own[first[joining]], heads)
    np.add.at(weight, heads, weight[joining])
    np.logical_or.at(members, heads, members[joining])
    gone[twins] = True
    budget = case.budget - int(weight[due].sum())
    if budget < 0:
        return None
    if not gone.any():
        return case
    paid = case.paid | members[due].any(axis=0)
    case = replace(case, weight=weight, members=members, budget=budget, paid=paid)
    return case.keep(~gone)


def _twins(rows: Integers, columns: Integers) -> tuple[Integers, Integers]:
    """Columns that are multiples of an earlier one, and that earlier one for each.

    Equal columns mix to equal numbers; whether columns with equal numbers are equal is checked.
    """
    part = rows[:, columns]
    first = part[(part != 0).argmax(axis=0), np.arange(len(columns))]
    part = part // (np.gcd.reduce(part, axis=0) * np.sign(first))
    mixed = np.cumprod(np.full(len(part), MIX)) @ part
    _, head, group = np.unique(mixed, return_index=True, return_inverse=True)
    head = head[group]
    twin = (head != np.arange(len(columns))) & (part == part[:, head]).all(axis=0)
    return columns[twin], columns[head[twin]]


def _exchanges(case: _Case) -> tuple[bool, int | None]:
    """Pack exchanges that share no doctor: are they more than the budget?

    A loose column in which exactly one spent row is not zero gives one: ``r`` is nonzero at the
    spent column, so it is nonzero at the loose column or at the own column of a free row. If the
    packing falls short, the heaviest column of its shortest exchange is returned to branch on.
    """
    rows, own, room = case.rows.copy(), case.own.copy(), case.weight.copy()
    free, value = np.flatnonzero(~case.spent), 0
    shortest: Integers | None = None
    while value <= case.budget:
        found = _roomiest(rows, own, room, case.spent)
        if found is None:
            break
        touched = free[rows[free, found] != 0]
        exchange = np.append(own[touched], found)
        amount = room[exchange].min()
        value += int(amount)
        room[exchange] -= amount
        if shortest is None or len(exchange) < len(shortest):
            shortest = exchange
        _make_room(rows, own, room, touched)
    if value > case.budget or shortest is None:
        return value > case.budget, None
    return False, int(shortest[np.argmax(case.weight[shortest])])


def _roomiest(rows: Integers, own: Integers, room: Integers, spent: Flags) -> int | None:
    """The loose column whose exchange has most room; of equals the one with fewest columns."""
    loose = room > 0
    loose[own] = False
    columns = np.flatnonzero(loose & ((rows[spent] != 0).sum(axis=0) == 1))
    if not len(columns):
        return None
    entry = rows[np.ix_(~spent, columns)] != 0
    space = np.where(entry, room[own[~spent]][:, None], ENDLESS).min(axis=0, initial=ENDLESS)
    space = np.minimum(space, room[columns])
    best = np.lexsort((entry.sum(axis=0), -space))[0]
    return int(columns[best]) if space[best] > 0 else None


def _make_room(rows: Integers, own: Integers, room: Integers, which: Integers) -> None:
    """Rows whose own column is used up take another that is not, if they have one."""
    for row in which:
        if room[own[row]] == 0:
            reach = np.where(rows[row] != 0, room, 0)
            column = int(np.argmax(reach))
            if reach[column] > 0:
                eliminate(rows, int(row), column)
                own[row] = column


def _entangled(case: _Case) -> int | None:
    """The heaviest loose column that depends on several spent ones; ``None`` if all are settled.

    If there is none, the sum of the spent rows is zero at all columns that were not paid for.
    """
    hangs = (case.rows[case.spent] != 0).any(axis=0) & ~case.owned
    columns = np.flatnonzero(hangs)
    return int(columns[np.argmax(case.weight[columns])]) if len(columns) else None


def _zero(case: _Case, column: int) -> _Case:
    """The case that ``r`` is zero at this column."""
    weight = case.weight.copy()
    weight[column] = ENDLESS
    return replace(case, rows=case.rows.copy(), weight=weight)


def _pay(case: _Case, column: int) -> _Case:
    """The case that ``r`` is not zero at this column: its doctors are taken from the budget."""
    paid = case.paid | case.members[column]
    budget = case.budget - int(case.weight[column])
    rows, own, weight = case.rows.copy(), case.own.copy(), case.weight.copy()
    case = replace(case, rows=rows, own=own, weight=weight, paid=paid, budget=budget)
    free = np.flatnonzero((rows[:, column] != 0) & ~case.spent)
    if not len(free):
        return case.keep(np.arange(len(weight)) != column)
    eliminate(rows, int(free[0]), column)
    own[free[0]] = column
    weight[column] = 0
    return replace(case, spent=case.spent | (np.arange(len(own)) == free[0]))

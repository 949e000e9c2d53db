"""The release certificate: one page that answers whether a doctor can be recognised, and why."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from medengage.findings import AttackTried, Findings, WithheldGroup
from medengage.report import REPORTS, certificate_report, compose
from medengage.report.attacks import ATTACKS, attack_words
from medengage.report.blocks import Callout, Chart, Heading, Report, Table, Text
from medengage.report.certificate import checksum
from medengage.report.formats import render
from tests.findings_release import LEAK
from tests.findings_samples import fullest, leaking, ninety_nine_units, smallest

FOUND = "Radiology, Riverside"
"""Whom the attack of the leaking sample found."""
LONG = "Department of Clinical Physiology, Sleep Medicine and Long-term Ventilation, North Wing"


def table(findings: Findings, caption: str) -> Table:
    blocks = certificate_report(findings).blocks
    return next(b for b in blocks if isinstance(b, Table) and b.caption.startswith(caption))


def callout(findings: Findings, title: str) -> Callout:
    blocks = certificate_report(findings).blocks
    return next(b for b in blocks if isinstance(b, Callout) and b.title == title)


def lead(findings: Findings) -> str:
    blocks = certificate_report(findings).blocks
    return next(b.text for b in blocks if isinstance(b, Text) and b.tone == "lead")


def proof(findings: Findings) -> str:
    blocks = certificate_report(findings).blocks
    place = next(k for k, b in enumerate(blocks) if isinstance(b, Heading))
    found = blocks[place + 1]
    assert isinstance(found, Text)
    return found.text


def listed(findings: Findings) -> tuple[str, ...]:
    """What is told of groups that were joined or withheld."""
    blocks = certificate_report(findings).blocks
    return next((b.items for b in blocks if isinstance(b, Text) and b.items), ())


def facts(of: Table) -> dict[str, object]:
    """What stands beside the name of each row."""
    return {str(row[0]): row[1] for row in of.rows}


def rule(findings: Findings, name: str) -> object:
    return facts(table(findings, "How figures are protected"))[name]


def words(report: Report) -> str:
    return render(report, "markdown").decode()


def with_policy(findings: Findings, **changes: Any) -> Findings:
    policy = findings.policy.model_copy(update=changes)
    return findings.model_copy(update={"policy": policy})


def with_certificate(findings: Findings, **changes: Any) -> Findings:
    certificate = findings.certificate.model_copy(update=changes)
    return findings.model_copy(update={"certificate": certificate})


def test_the_first_sentences_answer():
    assert lead(fullest()) == (
        "32 groups are shown. Nothing that can be computed from their figures rests on fewer than "
        "11 doctors. 9 kinds of attack on them found nothing."
    )
    assert lead(smallest()).startswith("1 group is shown.")


def test_without_attacks_it_asks_for_them():
    assert lead(smallest()).endswith(
        "No attack was tried on the finished figures: let that be done first."
    )
    nothing = AttackTried(attack="A7", tried=0, found=0, words="")
    assert "No attack was tried" in lead(with_certificate(fullest(), attacks=(nothing,)))


def test_groups_are_counted_by_breakdown_and_reason():
    found = table(fullest(), "What was released")
    assert found.columns == (
        "Breakdown",
        "Groups shown",
        "Too small",
        "By a difference",
        "By a combination",
        "Not proven",
        "Narrow range",
    )
    assert found.rows == (
        ("the whole organisation", 1, 0, 0, 0, 0, 0),
        ("division", 5, 0, 0, 0, 0, 0),
        ("specialty", 10, 0, 0, 0, 0, 1),
        ("grade", 4, 0, 0, 0, 0, 0),
        ("sex", 2, 0, 0, 0, 0, 0),
        ("site", 2, 0, 0, 0, 0, 0),
        ("division by grade", 8, 12, 1, 0, 1, 0),
        ("site by sex", 0, 0, 0, 4, 0, 0),
    )
    assert sum(int(str(row[1])) for row in found.rows) == fullest().certificate.figures


def test_only_reasons_that_occur_are_told():
    found = table(ninety_nine_units(), "What was released")
    assert found.rows == (("the whole organisation", 1), ("company", 99))
    assert found.notes == ()
    assert listed(ninety_nine_units()) == ()


def test_a_few_joined_and_withheld_groups_are_named():
    joined, withheld = listed(fullest())
    assert joined == (
        "Mental health and Community (division) are shown as one group: together they reach 11 "
        "doctors. And 3 more like this."
    )
    assert withheld == (
        "Not shown: Diagnostics and pharmacy, Foundation doctor (too small); "
        "Women and children, Specialty trainee (by a difference); "
        "Riverside, female (by a combination); "
        "Diagnostics and pharmacy, Specialty trainee (not proven); "
        "Radiology (narrow range); and 14 more."
    )


def test_the_order_of_withheld_groups_tells_nothing():
    turned = with_certificate(fullest(), withheld=fullest().certificate.withheld[::-1])
    assert listed(turned) == listed(fullest())


def test_the_parameters_are_told_in_words():
    assert rule(fullest(), "Behind any shown figure") == "10 doctors or more"
    assert rule(fullest(), "Behind anything that can be computed") == "11 doctors or more"
    assert rule(fullest(), "Doctors who may pool their answers") == "1 doctor"
    assert rule(fullest(), "Noise") == (
        "the mean of 10 doctors is moved by 2.5 points in either direction, typically"
    )


@pytest.mark.parametrize(
    ("changes", "name", "told"),
    [
        ({"noise": 0}, "Noise", "none"),
        ({"colluders": 0}, "Doctors who may pool their answers", "none assumed"),
        ({"colluders": 2}, "Behind anything that can be computed", "12 doctors or more"),
        ({"sensitive": ("sex",), "further": (("sex",),)}, "By sex", "20 doctors or more"),
    ],
)
def test_other_parameters_are_told_as_well(changes, name, told):
    assert told in str(rule(with_policy(fullest(), **changes), name))


def test_the_proof_is_told_with_what_was_counted_in():
    told = proof(fullest())
    assert "counts the answers of at least 11 doctors. This holds for each of 12 measures" in told
    assert "Take out the answers of 1 doctor, and at least 10 others are left." in told
    assert "3 earlier figures of the same answers were counted in." in told
    assert "Groups by phase of answering were counted in as well: they are not shown" in told


def test_the_proof_speaks_only_of_what_there_is():
    told = proof(ninety_nine_units())
    assert "at least 10 doctors. This holds for the one measure" in told
    assert not [word for word in ("Take out", "earlier", "counted in") if word in told]


def test_every_attack_stands_with_what_it_tried_and_found():
    found = table(fullest(), "What was tried")
    attacks = fullest().certificate.attacks
    assert found.rows == tuple((ATTACKS[one.attack], one.tried, 0) for one in attacks)
    assert found.notes == (
        "0 tried: there is nothing of this kind here. "
        "Two kinds more need comments or copies of addresses.",
    )


def test_an_attack_that_was_stopped_counts_for_nothing():
    words = "Searching all unions: 9 tried, nothing found; stopped before the end."
    attacks = (AttackTried(attack="A3", tried=9, found=0, words=words),)
    findings = with_certificate(fullest(), attacks=attacks)
    assert lead(findings).endswith(
        "1 kind of attack on them found nothing. "
        "1 of them stopped before the end, which shows nothing."
    )
    rows = table(findings, "What was tried").rows
    assert rows == (("Search every union of small groups (stopped early)", 9, 0),)


def test_an_unknown_attack_is_told_in_its_own_words():
    strange = AttackTried(
        attack="A99", tried=3, found=1, words="Reading tea leaves: 1 found, Bob."
    )
    assert attack_words(strange) == "Reading tea leaves"


def test_a_leak_comes_first_and_in_red():
    report = certificate_report(leaking())
    first = report.blocks[0]
    assert isinstance(first, Callout)
    assert (first.title, first.tone) == ("Do not publish", "danger")
    assert first.items == ("Subtract a shown group from one that contains it: 2 found.",)
    assert lead(leaking()) == "These figures are not safe: an attack on them got through."
    assert "What was proven" not in words(report)


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_every_report_of_leaking_findings_says_so_first_and_never_whom_it_found(kind):
    assert FOUND in LEAK.words
    report = compose(kind, leaking())
    assert isinstance(report.blocks[0], Callout)
    assert report.blocks[0].tone == "danger"
    assert FOUND not in words(report)


def test_the_board_sees_no_groups_that_leak():
    charts = [b for b in compose("board", leaking()).blocks if isinstance(b, Chart)]
    assert [chart.data.columns[0] for chart in charts] == ["Scale"]


def test_who_might_try_depends_on_who_is_taken_to_collude():
    assert "Colleagues who tell what they answered: up to 1 is allowed for." in (
        callout(fullest(), "Who might try").items
    )
    assert "Colleagues who tell what they answered: each takes one doctor off the 10." in (
        callout(smallest(), "Who might try").items
    )


def test_what_is_not_promised_is_told():
    told = " ".join(callout(fullest(), "What is not promised").items)
    for word in ("Differential privacy", "majority", "aloud", "free text", "runs the analysis"):
        assert word in told


def test_the_release_is_named_by_the_checksum_of_its_file():
    found = facts(table(fullest(), "Which release"))
    expected = hashlib.sha256(fullest().to_json().encode()).hexdigest()
    assert found["SHA-256 of findings.json"] == expected == checksum(fullest())
    assert "wave 2027, closed 31 March 2027; medengage 0.1.0" in str(found["Study and program"])
    assert checksum(leaking()) != expected


def crowded() -> Findings:
    """Many breakdowns, very many withheld groups, and names that do not end."""
    names = tuple((f"attribute {k}",) for k in range(30))
    withheld = tuple(
        WithheldGroup.model_validate(
            {
                "title": f"{LONG} {k}",
                "breakdown": names[k % 30][0],
                "reason": reason,
                "words": LONG,
            }
        )
        for k, reason in enumerate(
            ("small group", "difference", "combination", "unproven", "range") * 50
        )
    )
    findings = with_policy(leaking(), further=names, sensitive=("attribute 1",), within={})
    return with_certificate(
        findings, withheld=withheld, merged=(f"{LONG} and {LONG}, {LONG}",) * 9
    )


def test_however_much_is_withheld_it_is_one_page():
    made = PdfReader(BytesIO(render(certificate_report(crowded()), "pdf")))
    assert len(made.pages) == 1
    rows = table(crowded(), "What was released").rows
    assert rows[-1][0] == "27 more breakdowns"
    assert sum(int(str(cell)) for row in rows for cell in row[2:]) == 250


def test_the_page_reads_as_approved(approve):
    told = words(certificate_report(fullest()))
    approve("certificate-fullest.md", told.replace(checksum(fullest()), "CHECKSUM"))

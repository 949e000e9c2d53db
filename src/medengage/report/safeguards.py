"""How a release is protected, in sentences: rules, proof, intruders, and what is not promised."""

from __future__ import annotations

import hashlib

from medengage.findings import Findings, Policy
from medengage.report.words import doctors, listed, number

__all__ = ["NOT_PROMISED", "checksum", "intruders", "noise_words", "proof", "rules"]

TOP = 100
NARROW = 20
"""Points within which no mean of a small group may be known (``disclosure.audit.WIDTH``)."""

NOT_PROMISED = (
    "Differential privacy: knowledge from elsewhere is not covered.",
    "Safety from a majority who put nearly all answers of a group together.",
    "Silence: what doctors say aloud, or write as free text.",
    "Secrecy from whoever runs the analysis: that person sees the answers.",
    "Doubt about extremes: a mean near 0 or 100 speaks for a whole group.",
)


def checksum(findings: Findings) -> str:
    """SHA-256 of the findings as ``to_json`` writes them: it names this very release."""
    return hashlib.sha256(findings.to_json().encode()).hexdigest()


def noise_words(policy: Policy) -> str:
    """How far noise moves the mean of the smallest group that may be shown."""
    if policy.noise == 0:
        return "none"
    n = policy.minimum_group
    points = number(round(TOP * policy.noise / n, 1))
    return f"the mean of {doctors(n)} is moved by {points} points in either direction, typically"


def rules(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The parameters of a release and their values."""
    colluders = doctors(policy.colluders) if policy.colluders else "none assumed"
    kept = [
        ("Behind any shown figure", f"{doctors(policy.minimum_group)} or more"),
        ("Doctors who may pool their answers", colluders),
        ("Behind anything that can be computed", f"{doctors(policy.limit)} or more"),
        (
            "Behind a distribution",
            f"{doctors(policy.distribution_group)} or more; answers of one or two are joined",
        ),
        ("Noise", noise_words(policy)),
        ("Rounding", "below 50 doctors to whole points and steps of 5 %; group sizes in fives"),
    ]
    if policy.sensitive:
        limit = doctors(policy.sensitive_group)
        kept.append((f"By {listed(policy.sensitive)}", f"the whole only, {limit} or more"))
    return tuple(kept)


def proof(findings: Findings) -> str:
    """What was proven, as exactly as plain words allow (docs/explanation/certificate.md)."""
    certificate, policy = findings.certificate, findings.policy
    told = [
        "Every combination of shown sums, with any weights, that counts a doctor's answer at all "
        f"counts the answers of at least {policy.limit} doctors.",
        f"This holds for {_each(certificate.measures)} and was worked out exactly, from numbers "
        "of doctors alone, before any result was known.",
    ]
    if policy.colluders:
        told.append(
            f"Take out the answers of {doctors(policy.colluders)}, and at least "
            f"{policy.minimum_group} others are left."
        )
    if certificate.earlier:
        figures = "figure" if certificate.earlier == 1 else "figures"
        told.append(
            f"{certificate.earlier:,} earlier {figures} of the same answers were counted in."
        )
    if certificate.silent:
        told.append(
            f"Groups by {listed(certificate.silent)} were counted in as well: they are not shown, "
            "but shown figures are made of them."
        )
    told.append(
        "A second check drops figures that would tell a smaller group's mean to within "
        f"{NARROW} points."
    )
    return " ".join(told)


def _each(measures: int) -> str:
    return "the one measure" if measures == 1 else f"each of {measures:,} measures"


def intruders(policy: Policy) -> tuple[str, ...]:
    """Who might try to work out a doctor's answers, and what each is taken to know."""
    k, c = policy.minimum_group, policy.colluders
    allowed = f"up to {c} {'is' if c == 1 else 'are'} allowed for"
    told = allowed if c else f"each takes one doctor off the {k}"
    return (
        "A curious manager who knows the roster and sees every report.",
        f"Colleagues who tell what they answered: {told}.",
        "An analyst elsewhere who solves all figures as equations.",
        "A reader of the published report.",
        "All are taken to know who is in which group, and who answered.",
    )

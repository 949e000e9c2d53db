"""How each figure was made: one plain sentence, the formula and where it comes from."""

from __future__ import annotations

from collections.abc import Callable

from medengage.findings import Findings
from medengage.report.blocks import Block, Cell, Heading, Table
from medengage.report.safeguards import rules
from medengage.report.words import number

__all__ = ["METHODS", "methods_section"]

Present = Callable[[Findings], bool]


def _always(findings: Findings) -> bool:
    return bool(findings.scales)


def _roster(findings: Findings) -> bool:
    return findings.participation.nonresponse is not None


def _noisy(findings: Findings) -> bool:
    return findings.policy.noise > 0


def _weighted(findings: Findings) -> bool:
    silent = findings.participation.nonresponse
    return silent is not None and silent.weighting != "none"


def _reliable(findings: Findings) -> bool:
    return any(scale.reliability for scale in findings.scales)


def _together(findings: Findings) -> bool:
    return any(scale.aggregation for scale in findings.scales)


def _quadrant(findings: Findings) -> bool:
    return findings.quadrant is not None


def _stages(findings: Findings) -> bool:
    return bool(findings.continuum)


def _engaged(findings: Findings) -> bool:
    return findings.engaged is not None


METHODS: tuple[tuple[str, str, str, Present], ...] = (
    (
        "Score",
        "Where doctors stand on a scale, from 0 to 100. Reversed statements are turned round "
        "first. At least half of a scale's statements must be answered, and at least two.",
        "100 (mean - lowest) / (highest - lowest); a meta-scale is the mean of its subscales, the "
        "index the mean of its meta-scales. Half rule: Ware 1993",
        _always,
    ),
    (
        "Interval of a score",
        "The range in which the score lies with the stated confidence.",
        "mean ± t s / sqrt(n); for these doctors times sqrt(1 - n / N), N all doctors (Cochran "
        "1977). Groups below 20 doctors use the common spread within groups",
        _always,
    ),
    (
        "Noise",
        "Every mean of a group is moved a little, so that nobody can work backwards from it. The "
        "same group is always moved alike. Intervals are widened by it.",
        "100 a z / n points, z a normal deviate from a secret key and the doctors of the group; "
        "interval from sqrt(se² + (100 a / n)²). Cell keys: Fraser and Wooton 2005",
        _noisy,
    ),
    (
        "Percent favourable",
        "The share of doctors who chose an answer on the favourable side of the middle.",
        "Interval of Wilson 1927, with n (N - 1) / (N - n) for a finite number of doctors",
        lambda findings: bool(findings.items),
    ),
    (
        "Alpha",
        "How well the statements of a scale hang together, from 0 to 1.",
        "k / (k - 1) (1 - sum of item variances / variance of the sum). Cronbach 1951; interval: "
        "Feldt 1965; as R psych",
        _reliable,
    ),
    (
        "Omega",
        "As alpha, from a model of factors; the hierarchical one counts the common factor only.",
        "Least squares factors, oblimin, Schmid and Leiman 1957; McDonald 1999; as R psych",
        _reliable,
    ),
    (
        "Item-rest and alpha without",
        "How a statement goes with the others of its scale, and alpha if it were left out.",
        "Correlation of a statement with the mean of the others; as R psych",
        _reliable,
    ),
    (
        "Standard error and smallest change",
        "How far one doctor's score may be off, and the least change that is not chance.",
        "SD sqrt(1 - alpha); 1.96 sqrt(2) times that. Jacobson and Truax 1991",
        _reliable,
    ),
    (
        "ICC(1) and ICC(2)",
        "How much of the differences lies between groups, and how reliable their means are.",
        "(MSB - MSW) / (MSB + (n0 - 1) MSW) and (MSB - MSW) / MSB. Bliese 2000; as R multilevel",
        _together,
    ),
    (
        "rwg(j)",
        "How far the doctors of a group agree, against answers at random.",
        "J (1 - q) / (J (1 - q) + q), q = mean item variance / ((A² - 1) / 12). James, Demaree "
        "and Wolf 1984; decision: LeBreton and Senter 2008",
        _together,
    ),
    (
        "Quadrant",
        "Where a group stands on two aspects, and how sure that is.",
        "Each group's means, drawn to the mean of all (bivariate empirical Bayes); probabilities "
        "from the normal distribution around it",
        _quadrant,
    ),
    (
        "Stages",
        "How likely each stage is for the index of a group.",
        "Normal distribution around the group's mean, drawn to the mean of all (empirical Bayes)",
        _stages,
    ),
    (
        "Engaged",
        "The share of doctors engaged by each of two rules, of those who answered all facets.",
        "Every facet at least at the cut; or their mean at least at the cut. Interval of Wilson",
        _engaged,
    ),
    (
        "What silence could do",
        "How far the score would be off if the others thought otherwise.",
        "(1 - response rate) d SD. Cochran 1977",
        _roster,
    ),
    (
        "R-indicator",
        "How alike those who answered are to all doctors: 1 is a perfect likeness.",
        "1 - 2 SD of the chances to answer, from a logistic model. Schouten and others 2009",
        _roster,
    ),
    (
        "Late and early answers",
        "Whether doctors who needed reminders scored otherwise.",
        "Regression of the score on the phase, with grade and group held equal",
        _roster,
    ),
    (
        "Weights",
        "Doctors of groups that answered little count for more.",
        "Post-stratification or raking to the roster (Deming and Stephan 1940); price: "
        "n sum(w²) / (sum w)², Kish 1965",
        _weighted,
    ),
)
"""(figure, what it says, formula and source, when it is part of a report)."""


def methods_section(findings: Findings) -> list[Block]:
    """Notes on the figures of this report, and its constants."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, says, formula) for name, says, formula, present in METHODS if present(findings)
    )
    return [
        Heading("How the figures were made"),
        Table("Figures, formulas and sources", ("Figure", "What it says", "Formula"), rows),
        _constants(findings),
    ]


def _constants(findings: Findings) -> Table:
    policy = findings.policy
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Confidence of intervals", f"{number(100 * policy.confidence)} %"),
        ("Units that are compared", policy.breakdown or "none"),
        (
            "Further breakdowns",
            "; ".join(" by ".join(names) for names in policy.further) or "none",
        ),
        *rules(policy),
        ("Probability to place a group in a quadrant or stage", "80 %"),
        ("Response called good; response without bands or ranks", "60 % or more; below 40 %"),
        ("Groups may be compared: ICC(2); with caution", ".70 or more; .50 to .69"),
        ("Results are weighted if a group's response is off by more than", "10 points"),
    )
    return Table("Constants of this report", ("Constant", "Value"), rows)

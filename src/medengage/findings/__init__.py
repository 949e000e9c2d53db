"""``Findings``: the waist of the hourglass, group results only, safe to keep and to share.

Left of it code sees respondents; right of it no code can. ``Findings`` refuses to be built with a
figure that rests on fewer doctors than its policy allows, so that the rule is an invariant of the
type and not a step that somebody may forget. Only ``medengage.disclosure`` builds Findings from
answers; everybody else reads them back from JSON.

All scores are on 0-100, higher is better. ``n`` is the number of doctors a figure rests on.
"""

from medengage.findings.facts import (
    ORGANISATION,
    About,
    Distribution,
    DistributionFigure,
    Estimate,
    Fact,
    Figure,
    Group,
    InstrumentUsed,
    Policy,
    Probability,
    Score,
    Share,
    ShareFigure,
    Suppressed,
)
from medengage.findings.parts import (
    Aggregation,
    EngagedFinding,
    ItemFinding,
    Nonresponse,
    Participation,
    PhaseDifference,
    QuadrantFinding,
    QuadrantPoint,
    Reliability,
    RepresentationRow,
    ScaleFinding,
    SensitivityLine,
    StageFinding,
)
from medengage.findings.relations import Driver, Drivers, Gap
from medengage.findings.release import AttackTried, Certificate, WithheldGroup
from medengage.findings.whole import Findings

__all__ = [
    "ORGANISATION",
    "About",
    "Aggregation",
    "AttackTried",
    "Certificate",
    "Distribution",
    "DistributionFigure",
    "Driver",
    "Drivers",
    "EngagedFinding",
    "Estimate",
    "Fact",
    "Figure",
    "Findings",
    "Gap",
    "Group",
    "InstrumentUsed",
    "ItemFinding",
    "Nonresponse",
    "Participation",
    "PhaseDifference",
    "Policy",
    "Probability",
    "QuadrantFinding",
    "QuadrantPoint",
    "Reliability",
    "RepresentationRow",
    "ScaleFinding",
    "Score",
    "SensitivityLine",
    "Share",
    "ShareFigure",
    "StageFinding",
    "Suppressed",
    "WithheldGroup",
]

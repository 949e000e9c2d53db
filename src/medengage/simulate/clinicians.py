"""Clinicians whose patients fare differently, some by more than chance: for variation in care.

Nothing here has to do with survey answers: it is another kind of data, kept apart on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

__all__ = ["Clinicians", "clinicians"]


@dataclass(frozen=True, eq=False)
class Clinicians:
    """Of C clinicians: ``cases`` and ``events`` (C,), the ``risk`` (C,) of each one's patients as
    the case mix predicts it, and the truth: ``effect`` (C,) on the logit scale, ``outlier`` (C,).
    """

    cases: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    risk: npt.NDArray[np.float64]
    effect: npt.NDArray[np.float64]
    outlier: npt.NDArray[np.bool_]

    @property
    def expected(self) -> npt.NDArray[np.float64]:
        """(C,) events expected from the case mix."""
        return self.cases * self.risk


def clinicians(
    rng: np.random.Generator,
    *,
    number: int = 300,
    variance: float = 0.36,
    cases: tuple[int, int] = (40, 200),
    outliers: int = 3,
    risk: float = 0.2,
) -> Clinicians:
    """Events ``~ Binomial(cases, expit(logit(risk) + effect))``, effects ``~ N(0, variance)``.

    A variance of .36 is a median odds ratio of 1.77 (Larsen and Merlo 2005). The last few
    clinicians are true outliers: three SD above zero, and in turn below. The risk of each
    one's patients varies by case mix (logit SD .2). Raises ``ValueError`` for impossible numbers.
    """
    if not 0 <= outliers <= number or variance < 0.0 or not 1 <= cases[0] <= cases[1]:
        raise ValueError("clinicians, cases and variance must be possible numbers")
    effect = np.sqrt(variance) * rng.standard_normal(number)
    outlier = np.arange(number) >= number - outliers
    signs = np.where(np.arange(outliers) % 2, -1.0, 1.0)
    effect[outlier] = 3.0 * np.sqrt(variance) * signs
    seen = rng.integers(cases[0], cases[1], size=number, endpoint=True)
    case_mix = expit(logit(risk) + 0.2 * rng.standard_normal(number))
    events = rng.binomial(seen, expit(logit(case_mix) + effect))
    return Clinicians(seen, events.astype(np.int64), case_mix, effect, outlier)

"""Cell-key noise on the means of groups: the respondents' keys, and figures with noise in them.

What is shown of a group starts from its noisy mean, also what is worked out from it further on
(quadrants, stages), because an exact figure could be worked back from an exact derivative.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from medengage.disclosure import noise
from medengage.measure.responses import Responses
from medengage.measure.study import Study
from medengage.stats.intervals import Interval, z_quantile

__all__ = ["Noise", "fingerprint", "records", "shifted"]

Rows = npt.NDArray[np.bool_]
TOP = 100.0


@dataclass(frozen=True, eq=False)
class Noise:
    """The noise of one wave; ``alpha`` 0 is none.

    ``records`` names the N respondents in a way that depends on their answers alone, not on the
    order of the file, so that an analysis that is made again gives every group the same noise.
    """

    alpha: float
    secret: bytes
    wave: str
    records: tuple[str, ...]

    @classmethod
    def of(cls, study: Study, responses: Responses) -> Noise:
        """The noise of a study's wave. Raises ``ValueError`` for noise without a secret."""
        alpha = study.policy.noise
        if alpha == 0:
            return cls(0.0, b"", study.wave, ())
        if study.secret is None:
            raise ValueError("noise needs the wave's secret: Study.secret, or Policy(noise=0)")
        return cls(alpha, study.secret, study.wave, records(responses))

    def keys(self, measure: str) -> noise.Keys | None:
        """(N,) keys of the respondents under one measure; ``None`` without noise."""
        if self.alpha == 0:
            return None
        return noise.record_keys(self.secret, f"{self.wave}|{measure}", self.records)

    def shift(self, keys: noise.Keys | None, rows: Rows) -> tuple[float, float]:
        """What is added to the mean of some respondents ((N,) bool), and its standard deviation.

        In points of 0-100; the sd is ``100 alpha / n``.
        """
        n = int(np.count_nonzero(rows))
        if keys is None or n == 0:
            return 0.0, 0.0
        key = noise.cell_key(keys[rows])
        return noise.noise(key, n, alpha=self.alpha), noise.noise_sd(n, alpha=self.alpha)


def shifted(
    found: Interval, shift: float, sd: float, confidence: float, *, bounded: bool = True
) -> Interval:
    """The interval moved by noise and widened: ``se^2 + sd^2``.

    A ``bounded`` value is kept inside 0 to 100; a difference is not.
    """
    if sd == 0:
        return found
    se = math.hypot(found.se, sd)
    margin = (found.high - found.low) / 2
    wide = margin * se / found.se if found.se > 0 else z_quantile(confidence) * sd
    moved = found.value + shift
    value = min(TOP, max(0.0, moved)) if bounded else moved
    return replace(found, value=value, se=se, low=value - wide, high=value + wide)


def fingerprint(study: Study, responses: Responses) -> str:
    """A keyed fingerprint of all records in any order, "" without a secret.

    HMAC-SHA256 of the sorted record names: it tells whether answers changed, and nothing about
    them to anybody without the secret.
    """
    if study.secret is None:
        return ""
    text = "\n".join(sorted(records(responses)))
    return hmac.digest(study.secret, text.encode(), "sha256").hex()


def records(responses: Responses) -> tuple[str, ...]:
    """A name for each respondent: a hash of the answers and attributes, numbered if not unique.

    Two respondents with the same answers and attributes are in all groups together, so it does
    not matter which of them has which number.
    """
    order = sorted(range(len(responses.items)), key=lambda place: responses.items[place])
    answers = responses.answers[:, order]
    columns = [responses.attributes[name] for name in sorted(responses.attributes)]
    labels = [[*column.labels, ""] for column in columns]
    codes = [column.codes for column in columns]
    seen: Counter[str] = Counter()
    named = []
    for place in range(responses.n):
        values = "\0".join(label[code[place]] for label, code in zip(labels, codes, strict=True))
        digest = hashlib.sha256(answers[place].tobytes() + values.encode()).hexdigest()
        seen[digest] += 1
        named.append(f"{digest}-{seen[digest]}")
    return tuple(named)

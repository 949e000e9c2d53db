"""Real answers, end to end: the figures of the findings are the ones R gives.

The answers carry a GPL licence and stay outside the repository; the folders' mapping files are
ours. Expected: data/reference-figures/psychometrics.json (R psych 2.2.9, multilevel 2.7).
"""

import json

import pytest
from click.testing import CliRunner

from medengage.cli.main import main
from medengage.stores.folder import read_findings
from tests.real_studies import bfi_folder, bhr2000_folder
from tests.shared_data import shared


@pytest.fixture(scope="module")
def figures():
    path = shared("data/reference-figures/psychometrics.json")
    return json.loads(path.read_text(encoding="utf-8"))


def analysed(folder, content):
    result = CliRunner().invoke(main, ["study", "analyse", str(folder), "--content", str(content)])
    assert result.exit_code == 0, result.output
    return read_findings(folder)


# Reads and analyses 5,400 rows with 99 units.
@pytest.mark.slow
def test_leadership_in_99_companies(tmp_path, figures):
    findings = analysed(*bhr2000_folder(tmp_path))
    scale, expected = findings.scale("index"), figures["bhr2000"]
    assert scale.reliability is not None
    assert scale.aggregation is not None
    assert scale.reliability.alpha == pytest.approx(expected["alpha_11"], abs=5e-4)
    assert scale.aggregation.icc1_mean_size == pytest.approx(expected["LEAD"]["ICC1"], abs=5e-5)
    assert scale.aggregation.icc2 == pytest.approx(expected["LEAD"]["ICC2"], abs=5e-5)
    assert scale.aggregation.rwgj_mean == pytest.approx(expected["rwg_j_LEAD"]["mean"], abs=5e-5)
    assert scale.aggregation.rwgj_median == pytest.approx(
        expected["rwg_j_LEAD"]["median"], abs=5e-5
    )
    assert scale.aggregation.decision == "compare"
    assert sum(len(group.members) for group in findings.blocks) == expected["groups"]


# Reads and analyses 2,800 rows of 25 items.
@pytest.mark.slow
def test_five_personality_scales(tmp_path, figures):
    findings = analysed(*bfi_folder(tmp_path))
    alphas = {scale.id: scale.reliability.alpha for scale in findings.scales if scale.reliability}
    expected = {name: figures["bfi"][name]["alpha_raw"] for name in figures["bfi"]}
    assert alphas == pytest.approx(expected, abs=5e-4)
    rest = [item.item_rest for item in findings.items if item.scale == "agree"]
    # Three people answered too little for any scale and do not count here; R counts them.
    assert findings.participation.answered == 2797
    assert rest == pytest.approx(figures["bfi"]["agree"]["item_rest_r"], abs=1.1e-3)

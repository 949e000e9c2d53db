"""Study folders of real public data: our mapping files, and the data from beside the checkout."""

import shutil
from pathlib import Path

from tests.shared_data import shared

MAPPINGS = Path(__file__).parent / "stores" / "mappings"
CONTENT = MAPPINGS / "content"


def bhr2000_folder(folder: Path) -> tuple[Path, Path]:
    """5,400 answers to eleven leadership items in 99 companies; gives folder and content."""
    return _folder(folder, "bhr2000", "data/multilevel/bhr2000.csv")


def bfi_folder(folder: Path) -> tuple[Path, Path]:
    """2,800 answers to 25 personality items in five scales; gives folder and content."""
    return _folder(folder, "bfi", "data/psych-items/bfi.csv")


def _folder(folder: Path, name: str, data: str) -> tuple[Path, Path]:
    answers = shared(data)
    made = folder / name
    made.mkdir()
    shutil.copy(MAPPINGS / name / "study.toml", made)
    shutil.copy(answers, made)
    return made, CONTENT

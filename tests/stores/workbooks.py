"""Small Excel workbooks written by hand, so that a test can put anything into a cell."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True)
class Day:
    """A cell that is shown as a date."""

    serial: float


@dataclass(frozen=True)
class Fault:
    """A cell with a formula error."""

    code: str = "#N/A"


Cell = str | int | float | bool | Day | Fault | None


def xlsx(
    rows: Sequence[Sequence[Cell] | None],
    *,
    sheets: Sequence[str] = ("Sheet1",),
    shared: bool = False,
) -> bytes:
    """A workbook whose sheets all hold the rows; ``None`` is a row that the file leaves out.

    ``shared`` writes texts the way Excel does, once and by number.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts(rows, sheets, shared).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def parts(
    rows: Sequence[Sequence[Cell] | None], sheets: Sequence[str], shared: bool
) -> dict[str, str]:
    """The files inside a workbook."""
    texts: list[str] = []
    lines = "".join(
        f'<row r="{number}">{_cells(row, number, texts if shared else None)}</row>'
        for number, row in enumerate(rows, start=1)
        if row is not None
    )
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{k}" r:id="rId{k}"/>'
        for k, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{k}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{k}.xml"/>'
        for k in range(1, len(sheets) + 1)
    )
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    sheet = f"{HEAD}<worksheet {MAIN}><sheetData>{lines}</sheetData></worksheet>"
    return {
        "[Content_Types].xml": f"{HEAD}{CONTENT_TYPES}",
        "_rels/.rels": f"{HEAD}<Relationships {PACKAGE}><Relationship Id='rId1' "
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}">'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{HEAD}<Relationships {PACKAGE}>{relations}"
        f'<Relationship Id="rId98" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId99" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f"{HEAD}<styleSheet {MAIN}><numFmts count='1'><numFmt numFmtId='164' "
        'formatCode="dd\\-mmm"/></numFmts><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"{HEAD}<sst {MAIN}>{strings}</sst>",
        **{f"xl/worksheets/sheet{k}.xml": sheet for k in range(1, len(sheets) + 1)},
    }


CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def _cells(row: Sequence[Cell], number: int, texts: list[str] | None) -> str:
    found = [
        _cell(value, f"{_letters(place)}{number}", texts)
        for place, value in enumerate(row)
        if value is not None
    ]
    return "".join(found)


def _cell(value: Cell, place: str, texts: list[str] | None) -> str:
    if isinstance(value, Day):
        return f'<c r="{place}" s="2"><v>{value.serial}</v></c>'
    if isinstance(value, Fault):
        return f'<c r="{place}" t="e"><v>{value.code}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if not isinstance(value, str):
        return f'<c r="{place}"><v>{value}</v></c>'
    if texts is None:
        inside = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{place}" t="inlineStr">{inside}</c>'
    texts.append(value)
    return f'<c r="{place}" t="s"><v>{len(texts) - 1}</v></c>'


def _letters(place: int) -> str:
    place, letters = place + 1, ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

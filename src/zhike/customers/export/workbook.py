"""A workbook (XLSX) written row by row, however long the list is: nothing is held but the rows of the moment.

Texts are cells of type text: a spreadsheet shows them and never runs them as formulas. Days are days, numbers numbers.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import RawIOBase
from typing import Any
from xml.sax.saxutils import escape

from django.utils.timezone import is_aware, localtime

BOM = "\ufeff"  # before a CSV: without it a spreadsheet reads UTF-8 as something else
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # its content type
ROWS = 1_048_575  # of a sheet, below its heading
TEXT = 32_767  # characters of a cell
EXACT_DIGITS = 15  # a longer number would be rounded, so it stays text
EPOCH = datetime(1899, 12, 30)  # the day 0 of spreadsheets, which know no zones
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML
HEAD, DAY, MOMENT = 1, 2, 3  # places of the cell formats in STYLES
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PLAIN = 'numFmtId="0" fontId="0" fillId="0" borderId="0"'
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd '
    'hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/>'
    f'<diagonal/></border></borders><cellStyleXfs count="1"><xf {PLAIN}/></cellStyleXfs><cellXfs count="4">'
    f'<xf {PLAIN} xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
SHEET = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)


class Outlet(RawIOBase):
    """Takes what a ZIP writes, and gives it on in pieces."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def write_workbook(heading: Sequence[str], batches: Iterable[Iterable[Sequence[Any]]], *, name: str) -> Iterator[bytes]:
    """Give a workbook of one sheet piece by piece, one for each batch of rows."""
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for path, text in PARTS.items():
            archive.writestr(path, XML + (text % escape(name[:31]) if "%s" in text else text))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(SHEET.encode())
            sheet.write(_row([_text(one, f' s="{HEAD}"') for one in heading]))
            for rows in batches:
                for row in rows:
                    sheet.write(_row([_cell(value) for value in row]))
                yield outlet.take()
            sheet.write(b"</sheetData></worksheet>")
    yield outlet.take()


def _row(cells: Iterable[str]) -> bytes:
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(value: Any) -> str:
    match value:
        case None | "":
            return "<c/>"
        case bool():
            return f'<c t="b"><v>{int(value)}</v></c>'
        case int() | Decimal():
            written = f"{value:f}" if isinstance(value, Decimal) else str(value)
            return f"<c><v>{written}</v></c>" if sum(map(str.isdigit, written)) <= EXACT_DIGITS else _text(written)
        case datetime():
            return _date_cell((localtime(value) if is_aware(value) else value).replace(tzinfo=None), MOMENT)
        case date():
            return _date_cell(datetime.combine(value, datetime.min.time()), DAY)
    return _text(str(value))


def _date_cell(moment: datetime, style: int) -> str:
    """Return a day as the number of days since 1899-12-30; what lies before 1900-03-01 spreadsheets count wrongly."""
    days = (moment - EPOCH) / timedelta(days=1)
    return f'<c s="{style}"><v>{days:.8f}</v></c>' if days > 60 else _text(moment.isoformat(" ", "minutes"))


def _text(text: str, style: str = "") -> str:
    clean = FORBIDDEN.sub("", text)
    short = clean if len(clean) <= TEXT else f"{clean[: TEXT - 1]}…"
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(short)}</t></is></c>'

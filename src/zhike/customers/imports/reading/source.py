"""A file as a table of texts: columns c0, c1, … whatever their headings are."""

import csv
import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from zhike.customers.imports.errors import FileDamaged, FileEmpty, FileNotThere, FileUnknown, TooManyColumns
from zhike.customers.imports.reading.letters import Letters, find_letters, write_utf8
from zhike.customers.imports.reading.sheets import sheet_to_parquet
from zhike.customers.imports.sql import fill, literal, quoted

COLUMN_LIMIT = 300
DELIMITERS = ",;\t|"
CSV_TABLE = (
    "read_csv($path, all_varchar = true, auto_detect = false, header = true, delim = $delimiter, quote = '\"',"
    " escape = '\"', columns = $columns, ignore_errors = true, store_rejects = true, rejects_limit = 0)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """How to read a file: `path` is the file itself, or what was made of it when DuckDB cannot read it as it is."""

    path: str
    format: str  # "csv", "xlsx", "parquet"
    columns: tuple[str, ...]  # headings; the same one twice is numbered
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    damaged: bool = False  # some bytes of a CSV file are no letters

    @classmethod
    def load(cls, kept: dict[str, Any]) -> "Source":
        return cls(**{**kept, "columns": tuple(kept["columns"]), "sheets": tuple(kept["sheets"])})

    def keep(self) -> dict[str, Any]:
        """Return the source as JSON holds it."""
        return asdict(self)

    @property
    def table(self) -> str:
        """Return SQL for the table: texts c0, c1, …, in file order, without the heading."""
        path = literal(self.path)
        if self.format == "csv":
            columns = "{" + ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(self.columns))) + "}"
            return fill(CSV_TABLE, path=path, delimiter=literal(self.delimiter), columns=columns)
        names = _parquet_columns(Path(self.path), self.path)
        columns = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS c{number}" for number, name in enumerate(names))
        offset = "OFFSET 1" if self.format == "xlsx" else ""
        return fill("(SELECT $columns FROM read_parquet($path) $offset)", columns=columns, path=path, offset=offset)

    def read_sample(self, limit: int = 200) -> list[tuple[str, ...]]:
        """Return the first rows as texts, empty for what is not there."""
        try:
            with duckdb.connect() as connection:
                rows = connection.execute(fill("SELECT * FROM $table LIMIT $limit", table=self.table, limit=str(limit)))
                return [tuple(value or "" for value in row) for row in rows.fetchall()]
        except duckdb.Error as error:
            raise FileDamaged(name=Path(self.path).name) from error


def open_source(
    path: Path, folder: Path, name: str, *, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Source:
    """Find out how a file is to be read. What has to be made of it is put into `folder`.

    :raises Invalid: with a sentence on what is wrong with the file.
    """
    if not path.is_file():
        raise FileNotThere(path=str(path))
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise FileEmpty(name=name)
    if start.startswith(b"PAR1"):
        return _parquet_source(path, name)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return _sheet_source(path, folder, name, sheet)
    if start.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"7z\xbc\xaf", b"Rar!")):
        raise FileUnknown(name=name)
    return _csv_source(path, folder, name, find_letters(path, name, encoding), delimiter)


def _csv_source(path: Path, folder: Path, name: str, letters: Letters, delimiter: str) -> Source:
    if letters.encoding not in ("utf-8", "utf-8-sig") or letters.old_mac or letters.damaged:
        target = folder / "source.csv"
        write_utf8(path, letters, target)
        path = target
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.read(1 << 20)
    delimiter = delimiter or find_delimiter(head)
    heading = next(iter(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)), [])
    columns = number_headings(heading, name)
    encoding = letters.encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be").upper()
    return Source(str(path), "csv", columns, encoding=encoding, delimiter=delimiter, damaged=letters.damaged)


def _sheet_source(path: Path, folder: Path, name: str, sheet: str) -> Source:
    target = folder / "source.parquet"
    chosen, sheets = sheet_to_parquet(path, target, name, sheet)
    with duckdb.connect() as connection:
        heading = connection.read_parquet(str(target)).limit(1).fetchall()[0]
    columns = number_headings([str(one or "") for one in heading], name)
    return Source(str(target), "xlsx", columns, sheet=chosen, sheets=tuple(sheets))


def _parquet_source(path: Path, name: str) -> Source:
    return Source(str(path), "parquet", number_headings(_parquet_columns(path, name), name))


def _parquet_columns(path: Path, name: str) -> list[str]:
    try:
        with duckdb.connect() as connection:
            return connection.read_parquet(str(path)).columns
    except duckdb.Error as error:
        raise FileDamaged(name=name) from error


def find_delimiter(head: str) -> str:
    """Return the sign that cuts the first lines into the same number of columns, at least two."""
    best, most = ",", 1
    for delimiter in DELIMITERS:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        widths = [len(row) for row, _ in zip(rows, range(20), strict=False) if row]
        same = [width for width in widths if width == widths[0]]
        if widths and widths[0] > most and len(same) >= len(widths) / 2:
            best, most = delimiter, widths[0]
    return best


def number_headings(heading: list[str], name: str) -> tuple[str, ...]:
    """Return headings that are all different: an empty one becomes “#3”, the second “price” becomes “price (2)”."""
    if not any(one.strip() for one in heading):
        raise FileEmpty(name=name)
    if len(heading) > COLUMN_LIMIT:
        raise TooManyColumns(name=name, columns=len(heading), limit=COLUMN_LIMIT)
    told: list[str] = []
    for place, one in enumerate(heading, start=1):
        text = " ".join(one.split())[:200] or f"#{place}"
        count = 2
        unique = text
        while unique in told:
            unique, count = f"{text} ({count})", count + 1
        told.append(unique)
    return tuple(told)

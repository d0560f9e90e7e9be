"""A table from a file of an analyst's own, Parquet or CSV, or a sentence that says which line is wrong and how.

Nothing of a CSV file is guessed from its content but its letters and what stands between cells: the first line that is
not blank names the columns, every line has as many cells as that, and every cell is text. Letters are UTF-8, UTF-16 or
GB18030 (which covers GBK), whichever the whole file is in.
"""

import codecs
import csv
import gzip
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from zhike.engine import sql
from zhike.engine.models.errors import (
    ColumnMissing,
    ColumnTwice,
    FileMissing,
    FileUnreadable,
    LettersUnknown,
    LineTooLong,
    LineUneven,
    NoHeader,
    QuoteOpen,
)

LONGEST_LINE = 2_000_000  # bytes; DuckDB's own limit
AT_ONCE = 1 << 20
HEAD = 512
SEPARATORS = ",;\t|"
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_FAULTS = {
    "Expected Number of Columns": LineUneven,
    "unterminated quote": QuoteOpen,
    "Maximum line size": LineTooLong,
}


def open_table(path: Path, columns: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Return a connection with the view or table `line` over a CSV or Parquet file; CSV columns are text.

    :param columns: what for → the file's column. :raises FileMissing, FileUnreadable, LettersUnknown, NoHeader:
    :raises ColumnMissing, ColumnTwice: when a column that is asked for is not there, or cannot be told from another.
    """
    if not path.is_file():
        raise FileMissing(file=path)
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    with reading(path):
        if path.suffix.lower() == ".parquet":
            connection.read_parquet(str(path)).create_view("line")
        else:
            _open_csv(connection, path, set(columns.values()))
        found = [row[0] for row in connection.execute(sql.emit(exp.Describe(this=sql.table("line")))).fetchall()]
    for column in columns.values():
        if column not in found:
            raise ColumnMissing(file=path.name, column=column, columns=", ".join(found))
    return connection


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what DuckDB says of a file, when it is opened or when its lines are read, into a refusal.

    :raises LineUneven, LineTooLong, QuoteOpen, FileUnreadable:
    """
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.IOException) as fault:
        told = str(fault)
        line = _LINE.search(told)
        for words, refusal in _FAULTS.items():
            if line and words in told:
                raise refusal(file=path.name, line=int(line[1]), longest=LONGEST_LINE) from fault
        raise FileUnreadable(file=path.name, reason=told.splitlines()[0].removesuffix(".")) from fault


def _open_csv(connection: duckdb.DuckDBPyConnection, path: Path, asked: set[str]) -> None:
    letters = _letters(path)
    names, separator, blank = _header(path, letters, asked)
    options: dict[str, Any] = {"delimiter": separator, "skiprows": blank, "columns": dict.fromkeys(names, "VARCHAR")}
    if letters == "utf-8":
        _relation(connection, path, options).create_view("line")
        return
    with tempfile.TemporaryDirectory(prefix="zhike-engine-") as folder:
        put = Path(folder) / "table.csv"
        with _bytes(path) as source, put.open("wb") as target:
            shutil.copyfileobj(codecs.EncodedFile(source, "utf-8", letters), target, AT_ONCE)
        _relation(connection, put, options).create("line")


def _relation(connection: duckdb.DuckDBPyConnection, path: Path, options: dict[str, Any]) -> duckdb.DuckDBPyRelation:
    return connection.read_csv(str(path), header=True, auto_detect=False, quotechar='"', escapechar='"', **options)


def _bytes(path: Path) -> BufferedIOBase:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def _letters(path: Path) -> str:
    """Return the encoding that the whole file is in."""
    try:
        with _bytes(path) as source:
            head = source.read(HEAD)
        tried = ["utf-8", "gb18030"]
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            tried = ["utf-16"]
        elif b"\0" in head or head.startswith(b"PK\3\4"):  # no text: a workbook, a picture, …
            tried = []
        for letters in tried:
            if _is_all(path, letters):
                return letters
    except (OSError, EOFError) as fault:
        raise FileUnreadable(file=path.name, reason=str(fault)) from fault
    raise LettersUnknown(file=path.name)


def _is_all(path: Path, letters: str) -> bool:
    decoder = codecs.getincrementaldecoder(letters)()
    with _bytes(path) as source:
        try:
            while block := source.read(AT_ONCE):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _header(path: Path, letters: str, asked: set[str]) -> tuple[Sequence[str], str, int]:
    """Return the columns' names, what stands between them, and how many blank lines come before."""
    with _bytes(path) as source:
        lines = codecs.getreader("utf-8-sig" if letters == "utf-8" else letters)(source)
        blank, first = 0, lines.readline(LONGEST_LINE)
        while first and not first.strip():
            blank, first = blank + 1, lines.readline(LONGEST_LINE)
        while first.count('"') % 2 and len(first) < LONGEST_LINE and (more := lines.readline(LONGEST_LINE)):
            first += more
    if not first:
        raise NoHeader(file=path.name)
    bare = re.sub(r'"[^"]*"', "", first)
    separator = max(SEPARATORS, key=bare.count)
    try:
        cells = next(csv.reader([first], delimiter=separator))
    except csv.Error as fault:
        raise NoHeader(file=path.name) from fault
    return _apart(path, [one.strip() for one in cells], asked), separator, blank


def _apart(path: Path, names: Sequence[str], asked: set[str]) -> Sequence[str]:
    """Return names that differ, as DuckDB wants them: without regard to capitals."""
    found: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(names):
        if name in asked and names.count(name) > 1:
            raise ColumnTwice(file=path.name, column=name)
        free = own = name or f"column{place}"
        number = 0
        while free.casefold() in taken:
            number += 1
            free = f"{own}_{number}"
        taken.add(free.casefold())
        found.append(free)
    return found

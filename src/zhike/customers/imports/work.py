"""The working file of an import: a DuckDB file beside the upload that holds every row, checked, and cut into batches.

It is made once and then only read, so that an import killed at any point goes on with the same batches.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from zhike.customers.imports.checking import (
    Habits,
    clean_sql,
    habit_sql,
    number_sql,
    problem_sql,
    read_habits,
    scale_sql,
    typed_sql,
)
from zhike.customers.imports.errors import FileDamaged, FileEmpty
from zhike.customers.imports.kinds import ImportField, ImportKind, Settings
from zhike.customers.imports.reading.source import Source
from zhike.customers.imports.sql import fill, literal, quoted

BATCH_ROWS = 50_000
MEMORY = "160MB"
NULLS = {"instant": "TIMESTAMPTZ", "date": "DATE", "decimal": "DECIMAL(20, 6)", "integer": "BIGINT"}
# One step after the other: an expression used twice is worked out twice.
CHECKED = """
CREATE TABLE checked AS
WITH cleaned AS (SELECT row_number() OVER () AS "row", $cleaned FROM $table),
texts AS (SELECT "row", $texts FROM cleaned),
numbers AS (SELECT *, $numbers FROM texts WHERE coalesce($t_names) IS NOT NULL),
typed AS (SELECT "row", $t_names, $values FROM numbers $joins),
whole AS (SELECT *, $derived FROM typed),
judged AS (SELECT *, $problem AS problems FROM whole)
SELECT "row", $names, $group AS g, nullif(problems, '') AS problem FROM judged
"""
DIFFERS = """
UPDATE checked SET problem = $code FROM (
  SELECT g AS of_g, arg_min($field, "row") AS kept FROM checked
  WHERE problem IS NULL AND $field IS NOT NULL GROUP BY g HAVING min($field) <> max($field)) AS mixed
WHERE checked.g = mixed.of_g AND checked.$field <> mixed.kept AND checked.problem IS NULL
"""
TAKEN_ABOVE = """
UPDATE checked SET problem = $code FROM (
  SELECT lower($field) AS held, arg_min($ref, "row") AS kept FROM checked
  WHERE problem IS NULL AND $field IS NOT NULL GROUP BY 1 HAVING count(DISTINCT $ref) > 1) AS twice
WHERE lower(checked.$field) = twice.held AND checked.$ref <> twice.kept AND checked.problem IS NULL
"""
TAKEN_BEFORE = """
UPDATE checked SET problem = $code FROM holders
WHERE lower(checked.$field) = holders.held AND checked.$ref <> holders.holder AND checked.problem IS NULL
"""
GROUPS = """
CREATE TABLE groups AS
SELECT g, CAST((sum(n) OVER (ORDER BY first_row ROWS UNBOUNDED PRECEDING) - n) // $size AS INTEGER) AS batch
FROM (SELECT g, min("row") AS first_row, count(*) AS n FROM checked WHERE problem IS NULL GROUP BY g)
"""
BATCHES = """
CREATE TABLE batches AS
SELECT groups.batch, min("row") AS first_row, max("row") AS last_row, count(*) AS n
FROM checked JOIN groups USING (g) WHERE problem IS NULL GROUP BY groups.batch
"""
BATCH = """
CREATE OR REPLACE TEMP TABLE batch AS
SELECT * EXCLUDE (problem) FROM checked
WHERE problem IS NULL AND "row" BETWEEN ? AND ? AND g IN (SELECT g FROM groups WHERE batch = ?) ORDER BY "row"
"""
REASONS = """
SELECT problem, count(*)
FROM (SELECT unnest(string_split(problem, ';')) AS problem FROM checked WHERE problem IS NOT NULL)
GROUP BY ALL ORDER BY 2 DESC, 1
"""
REJECTED = """
SELECT "row", problem, $columns FROM (SELECT row_number() OVER () AS "row", * FROM $table)
JOIN (SELECT "row", problem FROM checked WHERE problem IS NOT NULL) USING ("row") ORDER BY "row"
"""


@dataclass(frozen=True, slots=True)
class Totals:
    """What the check found. `distinct` are counts that the kind asked for."""

    rows: int
    accepted: int
    reasons: Mapping[str, int]  # "not_a_number:quantity": 3
    distinct: Mapping[str, int]

    @property
    def rejected(self) -> int:
        return self.rows - self.accepted


class WorkFile:
    """An open working file. Close it, best by `with`."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.folder, self.source = folder, source
        self.path = folder / "work.duckdb"
        self.connection = duckdb.connect(
            str(self.path),
            config={"memory_limit": MEMORY, "threads": 2, "temp_directory": str(folder / "spill")},
        )
        self.connection.execute("SET TimeZone = 'UTC'")

    def __enter__(self) -> "WorkFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def check(
        self, kind: ImportKind, mapping: Mapping[str, str], settings: Settings, refused_customers: "RefusedCustomers"
    ) -> Totals:
        """Check all rows, unless that was finished before, and return what was found.

        :raises FileDamaged, FileEmpty: if there are no rows to read.
        """
        if not self._has("totals"):
            try:
                self._check(kind, mapping, settings, refused_customers)
            except (duckdb.InvalidInputException, duckdb.IOException, duckdb.OutOfMemoryException) as error:
                raise FileDamaged(name=Path(self.source.path).name) from error
        return self._totals(kind)

    def batches(self) -> list[tuple[int, int]]:
        """Return number and rows of each batch, in order."""
        return self.connection.execute("SELECT batch, n FROM batches ORDER BY batch").fetchall()

    def open_batch(self, number: int) -> "BatchLines":
        """Load one batch as the table `batch`."""
        first, last = self._one("SELECT first_row, last_row FROM batches WHERE batch = ?", [number])
        self.connection.execute(BATCH, [first, last, number])
        return BatchLines(self.connection, self.folder / "batch.csv")

    def rejected_rows(self) -> Iterator[tuple[int, str, Sequence[str | None]]]:
        """Yield line of the file, problems and original texts of every refused row."""
        columns = ", ".join(f"c{place}" for place in range(len(self.source.columns)))
        query = fill(REJECTED, columns=columns, table=self.source.table)
        if self._one("SELECT count(*) FROM checked WHERE problem IS NOT NULL")[0]:
            self._forget_unreadable()
            result = self.connection.execute(query)
            while rows := result.fetchmany(1000):
                yield from ((row[0] + 1, row[1], row[2:]) for row in rows)
        unreadable = self.connection.execute("SELECT line, problem, text FROM unreadable ORDER BY line")
        while rows := unreadable.fetchmany(1000):
            yield from ((line, problem, [text]) for line, problem, text in rows)

    def distinct(self, column: str) -> Iterator[list[str]]:
        """Yield the different values of a column of the accepted rows, some thousands at a time."""
        query = "SELECT DISTINCT $column FROM checked WHERE problem IS NULL AND $column IS NOT NULL ORDER BY 1"
        result = self.connection.cursor().execute(fill(query, column=quoted(column)))
        while rows := result.fetchmany(20_000):
            yield [row[0] for row in rows]

    def _check(
        self, kind: ImportKind, mapping: Mapping[str, str], settings: Settings, refused_customers: "RefusedCustomers"
    ) -> None:
        for table in ("checked", "groups", "batches", "unreadable"):
            self.connection.execute(fill("DROP TABLE IF EXISTS $table", table=table))
        texts = {key: f"c{self.source.columns.index(column)}" for key, column in mapping.items()}
        habits = self._find_habits(kind, texts)
        for key in texts:
            self._look_up(kind.field(key), texts[key], settings)
        self._forget_unreadable()
        self.connection.execute(self._checked_sql(kind, texts, settings, habits))
        self._keep_unreadable()
        if not self._one("SELECT (SELECT count(*) FROM checked) + (SELECT count(*) FROM unreadable)")[0]:
            raise FileEmpty(name=Path(self.source.path).name)
        if kind.customer_field:
            self._refuse_customers(kind.customer_field, refused_customers)
        for key in texts:
            self._refuse_taken(kind.field(key), kind.customer_field, settings)
        for field in kind.agree:
            self.connection.execute(fill(DIFFERS, field=quoted(field), code=literal(f"differs:{field}")))
        self.connection.execute(fill(GROUPS, size=str(BATCH_ROWS)))
        self.connection.execute(BATCHES)
        self.connection.execute("CREATE TABLE totals AS SELECT count(*) AS n FROM checked")
        self.connection.execute("CHECKPOINT")

    def _checked_sql(self, kind: ImportKind, texts: Mapping[str, str], settings: Settings, habits: Habits) -> str:
        def value(field: ImportField) -> str:
            if field.key in texts:
                return typed_sql(field, habits, settings.time_zone)
            return f"CAST(NULL AS {NULLS.get(field.type, 'VARCHAR')})"

        mapped = list(texts)
        scale = scale_sql(settings.currency, by_row="currency" in texts)
        whole = {"currency": literal(settings.currency), "scale": scale}
        derived = {key: fill(sql, **whole) for key, sql in kind.derived.items()}
        numeric = [key for key in mapped if kind.field(key).type in ("decimal", "integer")]
        looked_up = [key for key in mapped if kind.field(key).type == "lookup"]
        return fill(
            CHECKED,
            table=self.source.table,
            cleaned=", ".join(f"{clean_sql(column)} AS t_{key}" for key, column in texts.items()),
            texts=", ".join(f"nullif(t_{key}, '') AS t_{key}" for key in mapped),
            numbers=", ".join(f"{number_sql(kind.field(key))} AS n_{key}" for key in numeric) or "1 AS none",
            t_names=", ".join(f"t_{key}" for key in mapped),
            values=", ".join(f"{value(field)} AS {quoted(field.key)}" for field in kind.fields),
            joins=" ".join(f"LEFT JOIN l_{key} ON l_{key}.given = t_{key}" for key in looked_up),
            derived=", ".join(f"{sql} AS {quoted(key)}" for key, sql in derived.items()) or "1 AS one",
            names=", ".join(quoted(key) for key in [*(field.key for field in kind.fields), *derived]),
            group=kind.group,
            problem=problem_sql(kind, mapped, damaged=self.source.damaged),
        )

    def _find_habits(self, kind: ImportKind, texts: Mapping[str, str]) -> Habits:
        asked = habit_sql(kind, texts)
        if not asked:
            return Habits()
        cleaned = ", ".join(f"{clean_sql(column)} AS t_{key}" for key, column in texts.items() if key in asked)
        picks = ", ".join(f"nullif(t_{key}, '') AS t_{key}" for key in asked)
        query = "SELECT $asked FROM (SELECT $picks FROM (SELECT $cleaned FROM $table))"
        table = self.source.table
        answers = self._one(fill(query, asked=", ".join(asked.values()), picks=picks, cleaned=cleaned, table=table))
        return read_habits(kind, dict(zip(asked, map(bool, answers), strict=True)))

    def _look_up(self, field: ImportField, column: str, settings: Settings) -> None:
        if field.look_up is None:
            return
        query = "SELECT DISTINCT $text FROM $table WHERE $text <> ''"
        given = [
            row[0]
            for row in self.connection.execute(fill(query, text=clean_sql(column), table=self.source.table)).fetchall()
        ]
        found = field.look_up(given, settings)
        self.connection.execute(
            fill("CREATE OR REPLACE TEMP TABLE l_$key (given VARCHAR, found VARCHAR)", key=field.key)
        )
        if found:
            self.connection.execute(
                fill("INSERT INTO l_$key SELECT unnest($$1), unnest($$2)", key=field.key),
                [list(found), list(found.values())],
            )

    def _refuse_customers(self, field: str, refused_customers: "RefusedCustomers") -> None:
        self.connection.execute("CREATE OR REPLACE TEMP TABLE refused (ref VARCHAR)")
        for refs in self.distinct(field):
            if refused := refused_customers(refs):
                self.connection.execute("INSERT INTO refused SELECT unnest($1)", [sorted(refused)])
        query = "UPDATE checked SET problem = $code WHERE problem IS NULL AND $field IN (SELECT ref FROM refused)"
        self.connection.execute(fill(query, field=quoted(field), code=literal("not_yours:")))

    def _refuse_taken(self, field: ImportField, ref: str, settings: Settings) -> None:
        """Refuse rows with a unique value that an earlier row of another customer has, or a customer there is."""
        if field.holders is None:
            return
        parts = {"field": quoted(field.key), "ref": quoted(ref), "code": literal(f"taken:{field.key}")}
        self.connection.execute(fill(TAKEN_ABOVE, **parts))
        self.connection.execute("CREATE OR REPLACE TEMP TABLE holders (held VARCHAR, holder VARCHAR)")
        for values in self.distinct(field.key):
            if found := field.holders([value.lower() for value in values], settings):
                self.connection.execute(
                    "INSERT INTO holders SELECT unnest($1), unnest($2)", [list(found), list(found.values())]
                )
        self.connection.execute(fill(TAKEN_BEFORE, **parts))

    def _keep_unreadable(self) -> None:
        """Keep the lines that the reader could not cut into columns; DuckDB forgets them with the connection."""
        if self.source.format == "csv":
            self.connection.execute(
                "CREATE TABLE unreadable AS SELECT line, 'unreadable:' AS problem, any_value(csv_line) AS text"
                " FROM reject_errors GROUP BY line"
            )
        else:
            self.connection.execute("CREATE TABLE unreadable (line BIGINT, problem VARCHAR, text VARCHAR)")

    def _forget_unreadable(self) -> None:
        self.connection.execute("DROP TABLE IF EXISTS reject_errors")
        self.connection.execute("DROP TABLE IF EXISTS reject_scans")

    def _totals(self, kind: ImportKind) -> Totals:
        bad = self._one("SELECT count(*) FROM unreadable")[0]
        rows, accepted = self._one("SELECT count(*), count(*) FILTER (WHERE problem IS NULL) FROM checked")
        reasons = dict(self.connection.execute(REASONS).fetchall())
        if bad:
            reasons["unreadable:"] = bad
        query = "SELECT $what FROM checked WHERE problem IS NULL"
        distinct = {key: self._one(fill(query, what=sql))[0] for key, sql in kind.distinct.items()}
        return Totals(rows + bad, accepted, reasons, distinct)

    def _has(self, table: str) -> bool:
        return bool(self._one("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table])[0])

    def _one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        return self.connection.execute(query, values).fetchall()[0]


class BatchLines:
    """The rows of one batch: see `Lines`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spool: Path) -> None:
        self.connection, self.spool = connection, spool

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def copy_to(self, cursor: Any, table: str, sql: str) -> None:
        target = literal(str(self.spool))
        self.connection.execute(fill("COPY ($sql) TO $target (FORMAT csv, HEADER false)", sql=sql, target=target))
        with (
            self.spool.open("rb") as stream,
            cursor.copy(fill("COPY $table FROM STDIN (FORMAT csv)", table=table)) as copy,
        ):
            while chunk := stream.read(1 << 18):
                copy.write(chunk)


type RefusedCustomers = Callable[[Sequence[str]], set[str]]

"""Turns a sheet of a workbook into Parquet, all texts. A process of its own, so that a bad workbook can only end it.

Arguments: workbook, target, sheet ("" for the first that has rows), memory limit in MB.
Prints JSON: {"sheet", "sheets"}.
"""

import json
import resource
import sys

import duckdb
import fastexcel


def main(workbook: str, target: str, wanted: str, memory_mb: str) -> None:
    limit = int(memory_mb) << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    reader = fastexcel.read_excel(workbook)
    names = [wanted] if wanted else reader.sheet_names
    for name in names:
        sheet = reader.load_sheet(name, header_row=None, dtypes="string")
        if sheet.height:
            break
    else:
        json.dump({"sheet": "", "sheets": reader.sheet_names}, sys.stdout)
        return
    connection = duckdb.connect(config={"threads": 1})
    connection.register("sheet", sheet)
    connection.table("sheet").write_parquet(target)
    json.dump({"sheet": name, "sheets": reader.sheet_names}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A contract for import-linter: other rooms import a room's `public` only, and its `testing` from tests."""

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck


class DoorContract(Contract):
    """Options: `root`, the package that holds the rooms; `without_door`, rooms that anyone above may import freely."""

    type_name = "door"

    root = fields.StringField()
    without_door = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if self._goes_past_the_door(importer, imported):
                    lines = {detail["line_number"] for detail in self._details(graph, importer, imported)}
                    found.append(f"{importer} imports {imported} (lines {sorted(lines)})")
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(f"- {line}", bold=False)

    def _goes_past_the_door(self, importer: str, imported: str) -> bool:
        here, there = importer.split("."), imported.split(".")
        if there[0] != self.root or here[0] != self.root or len(there) < 3 or len(here) < 2:
            return False
        if there[1] == here[1] or there[1] in (self.without_door or ()):
            return False
        in_tests = "tests" in here or here[-1] == "testing"
        return there[2] != "public" and not (there[2] == "testing" and in_tests)

    def _details(self, graph: ImportGraph, importer: str, imported: str) -> list[dict[str, int]]:
        return graph.get_import_details(importer=importer, imported=imported)

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SchemeCreated:
    scheme_id: int
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class SchemeDrafted:
    scheme_id: int
    version: int


@dataclass(frozen=True, slots=True)
class SchemeDraftDiscarded:
    scheme_id: int
    version: int


@dataclass(frozen=True, slots=True)
class SchemeApplied:
    scheme_id: int
    version: int


@dataclass(frozen=True, slots=True)
class SchemeRenamed:
    scheme_id: int
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SchemeRetired:
    scheme_id: int
    closed: int  # assignments that ended with it


@dataclass(frozen=True, slots=True)
class SchemeRestored:
    scheme_id: int


@dataclass(frozen=True, slots=True)
class ClassAdded:
    class_id: int
    scheme_id: int
    key: str


@dataclass(frozen=True, slots=True)
class ClassChanged:
    class_id: int
    scheme_id: int
    name_zh: str
    name_en: str
    hue: str


@dataclass(frozen=True, slots=True)
class ClassRetired:
    class_id: int
    scheme_id: int


@dataclass(frozen=True, slots=True)
class ClassAssigned:
    """A person put a customer into a class; class_id is null where they took the customer out of all."""

    customer_id: int
    scheme_id: int
    class_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CustomersClassified:
    """A run ended: `changed` assignments opened or closed."""

    run_id: int
    as_of: date
    customers: int
    changed: int

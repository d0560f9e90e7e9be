"""What happened to customers. The audit trail keeps these; other rooms may wait for them by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomerCreated:
    customer_id: int
    name: str


@dataclass(frozen=True, slots=True)
class CustomerChanged:
    """`before` and `after` hold the fields that changed, and no contact points in full."""

    customer_id: int
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class CustomerArchived:
    customer_id: int
    name: str


@dataclass(frozen=True, slots=True)
class CustomerRestored:
    customer_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ContactRevealed:
    customer_id: int
    contact_point_id: int
    masked: str


@dataclass(frozen=True, slots=True)
class NoteAdded:
    customer_id: int
    note_id: int


@dataclass(frozen=True, slots=True)
class FactAdded:
    customer_id: int
    fact_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CustomersChanged:
    """Many at once, by a bulk action: the ids are in the trail, so that it can be told who did what to whom."""

    customer_ids: list[int]
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class CustomersExported:
    customers: int
    columns: list[str]
    filters: str


@dataclass(frozen=True, slots=True)
class FieldAdded:
    field_id: int
    key: str
    type: str


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """`before` and `after` hold the settings that changed."""

    key: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class FieldArchived:
    key: str


@dataclass(frozen=True, slots=True)
class FieldRestored:
    key: str


@dataclass(frozen=True, slots=True)
class FieldRemoved:
    key: str
    customers: int


@dataclass(frozen=True, slots=True)
class FieldRevealed:
    """Somebody looked at a personal field of a customer in full."""

    customer_id: int
    field: str


@dataclass(frozen=True, slots=True)
class FormLayoutChanged:
    """`class_key` is empty for the form of everybody else."""

    scheme: str
    class_key: str
    before: dict[str, object]
    after: dict[str, object]

from dataclasses import dataclass
from datetime import date, datetime


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
class SchemeOwnerChanged:
    scheme_id: int
    owner_id: int | None  # who answers for it; null: nobody


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


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """What a class gets in one respect: `before` and `after` are values of the kind; null: none."""

    class_id: int
    kind: str
    number: int
    before: dict[str, object] | None
    after: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class PolicyOrderChanged:
    before: list[str]  # keys of the schemes, the one that goes first first
    after: list[str]


@dataclass(frozen=True, slots=True)
class OwnersGiven:
    """Policies gave customers owners; the receipt `run_id` names each."""

    run_id: int
    customers: int


@dataclass(frozen=True, slots=True)
class OwnersTakenBack:
    run_id: int
    customers: int
    kept: int  # whose owner somebody has changed since


@dataclass(frozen=True, slots=True)
class CustomerReviewed:
    """Somebody looked whether a customer is in the right class; `outcome` is confirmed, changed or postponed."""

    customer_id: int
    scheme_id: int
    class_id: int
    outcome: str
    reason: str
    next_on: date


@dataclass(frozen=True, slots=True)
class SimulationAsked:
    """Somebody asked what a version would do; it changes no class. `before` is null where nothing was in force."""

    simulation_id: int
    scheme_id: int
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class CustomerClassified:
    """One customer moved between classes, at once or by a person's word. Moves of a run are told of by its own event.

    `moves` are scheme, class before, class after; null stands for no class. `cause` is a name of `Assignment.Left`.
    """

    customer_id: int
    moves: list[list[int | None]]
    cause: str


@dataclass(frozen=True, slots=True)
class ClassOverridden:
    """A person set a class above what the rule says."""

    customer_id: int
    scheme_id: int
    class_id: int
    reason: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClassKeptOut:
    """A person keeps a customer out of one of several classes, whatever its rule says."""

    customer_id: int
    scheme_id: int
    class_id: int
    reason: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class OverrideEnded:
    """`cause` is time, removed, replaced, retired, merged or class_retired; `class_id` is given where classes overlap.

    By it the customer had been put into that class, or kept out of it.
    """

    customer_id: int
    scheme_id: int
    cause: str
    class_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClassesLeft:
    """A customer left all classes; `cause` is merged or erased."""

    customer_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class MovesAwaitApproval:
    """Told once to the owner of customers whose moves wait for a person; `owner_id` is null for customers of nobody."""

    owner_id: int | None
    moves: list[list[int | None]]  # customer, scheme, class (null: none), class that would be left (null: none)


@dataclass(frozen=True, slots=True)
class MoveDecided:
    """A person approved or declined what a rule says of a customer.

    `out_of`: where classes overlap and the rule says none, the class to be left.
    """

    customer_id: int
    scheme_id: int
    class_id: int | None
    approved: bool
    reason: str
    out_of: int | None = None


@dataclass(frozen=True, slots=True)
class SteadinessChanged:
    """What keeps the classes of a scheme steady is another; `before` and `after` hold what differs."""

    scheme_id: int
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class TellingChanged:
    """Owner and followers are told of other moves of a scheme; `before` and `after` hold what differs."""

    scheme_id: int
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class StoreRepaired:
    """The engine's copy differed from the database, and was copied anew where it did."""

    parts: int
    months: list[str]

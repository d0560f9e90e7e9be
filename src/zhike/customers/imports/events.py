from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportStarted:
    import_id: int
    kind: str
    file_name: str
    source: str


@dataclass(frozen=True, slots=True)
class ImportFinished:
    """`rows` were read and `accepted` of them taken over; the rest went to the file of refused rows."""

    import_id: int
    kind: str
    rows: int
    accepted: int


@dataclass(frozen=True, slots=True)
class ImportCancelled:
    import_id: int
    kind: str

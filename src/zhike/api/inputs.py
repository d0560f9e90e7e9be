from datetime import UTC, datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict
from pydantic_core import PydanticCustomError


class Input(Schema):
    """What a caller sends as JSON: a field that is not known is refused by name, never left out silently."""

    model_config = ConfigDict(extra="forbid")


def _in_utc(value: datetime) -> datetime:
    """Return an instant in UTC: an offset may be up to a day, and the database refuses those of 16 hours and more."""
    try:
        return value.astimezone(UTC) if value.tzinfo else value
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "out of range") from error


# An instant that a caller sends, in UTC; without a zone as it came, which the operation reads.
Instant = Annotated[datetime, AfterValidator(_in_utc)]

from ninja import Schema
from pydantic import ConfigDict


class Input(Schema):
    """What a caller sends as JSON: a field that is not known is refused by name, never left out silently."""

    model_config = ConfigDict(extra="forbid")

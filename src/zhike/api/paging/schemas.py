from typing import Any

from ninja import Field, Schema

from zhike.kit.paging import Page

MAX_LIMIT = 200


class Paging(Schema):
    """Which part of a list: `after` is the `next` of the page before."""

    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="How many rows at most")
    after: str = Field("", max_length=500, description="The `next` of the page before; empty: from the start")


class PageOf[Row](Schema):
    """Some rows of a list; `next` is null on the last page."""

    rows: list[Row]
    next: str | None = None


def page_answer(page: Page[Any]) -> dict[str, Any]:
    """Return a page in the shape of PageOf."""
    return {"rows": page.rows, "next": page.next or None}

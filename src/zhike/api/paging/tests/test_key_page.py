import pytest
from django.contrib.contenttypes.models import ContentType

from zhike.api.public import key_page
from zhike.kit.paging import BadCursor, encode_cursor

pytestmark = pytest.mark.django_db
ORDER = ("-app_label", "model", "id")


@pytest.fixture
def rows():
    ContentType.objects.all().delete()
    for number in range(7):
        ContentType.objects.create(app_label=f"a{number % 3}", model=f"m{number}")
    return ContentType.objects.all()


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_together_are_the_list_in_its_order(rows, limit):
    seen, after = [], ""
    while True:
        page = key_page(rows, order=ORDER, limit=limit, after=after)
        assert len(page.rows) <= limit
        seen += page.rows
        if not page.next:
            break
        after = page.next
    assert seen == list(rows.order_by(*ORDER))


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_from_the_last_page_back_to_the_first_the_list_is_the_same(rows, limit):
    page = key_page(rows, order=ORDER, limit=limit)
    while page.next:
        page = key_page(rows, order=ORDER, limit=limit, after=page.next)
    seen = list(page.rows)
    while page.previous:
        page = key_page(rows, order=ORDER, limit=limit, before=page.previous)
        assert page.next
        seen = [*page.rows, *seen]
    assert seen == list(rows.order_by(*ORDER))


def test_a_full_last_page_has_no_next_and_the_first_no_previous(rows):
    page = key_page(rows, order=ORDER, limit=7)
    assert (page.next, page.previous) == ("", "")


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!", encode_cursor(1), encode_cursor("a", "b", "no number"), encode_cursor(None, "b", 1), "A" * 400],
)
def test_a_damaged_cursor_is_refused(rows, cursor):
    for way in ("after", "before"):
        with pytest.raises(BadCursor):
            key_page(rows, order=ORDER, limit=2, **{way: cursor})

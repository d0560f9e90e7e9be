import pytest

from zhike.customers.testing import clear_fields


@pytest.fixture(autouse=True)
def _no_indexes_left(db, request):
    """What a test made is rolled back; a test without a transaction leaves the indexes of its fields behind."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        clear_fields()

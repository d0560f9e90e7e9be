import pytest

from zhike.customers.custom_fields.definitions import forget_fields
from zhike.customers.testing import clear_fields


@pytest.fixture(autouse=True)
def _no_remembered_fields(db, request):
    """What a test made is rolled back; what this process remembers of it is not."""
    forget_fields()
    yield
    forget_fields()
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        clear_fields()

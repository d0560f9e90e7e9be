import pytest

from zhike.customers.custom_fields.definitions import forget_fields


@pytest.fixture(autouse=True)
def _no_remembered_fields(db):
    """What a test made is rolled back; what this process remembers of it is not."""
    forget_fields()
    yield
    forget_fields()

import pytest

from zhike.customers.custom_fields.definitions import forget_fields
from zhike.customers.forms.layouts import all_forms


@pytest.fixture(autouse=True)
def _nothing_remembered(db):
    """What a test made is rolled back; what this process remembers of it is not."""
    forget_fields()
    all_forms.forget()
    yield
    forget_fields()
    all_forms.forget()

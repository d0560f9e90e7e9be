from .contact import Address, ContactPoint
from .custom_field import CustomField
from .customer import Customer, ExternalId, Note
from .fact import Fact
from .form_layout import FormLayout, FormSettings
from .import_run import ImportMapping, ImportRun
from .listing import Listing
from .saved_view import ListColumns, SavedView

__all__ = [
    "Address",
    "ContactPoint",
    "CustomField",
    "Customer",
    "ExternalId",
    "Fact",
    "FormLayout",
    "FormSettings",
    "ImportMapping",
    "ImportRun",
    "ListColumns",
    "Listing",
    "Note",
    "SavedView",
]

from .contact import Address, ContactPoint
from .custom_field import CustomField
from .customer import Customer, ExternalId, Note
from .fact import Fact
from .following import Following
from .form_layout import FormLayout, FormSettings
from .import_run import ImportMapping, ImportRun
from .listing import Listing
from .notice import Notice
from .saved_view import ColumnChoice, SavedView

__all__ = [
    "Address",
    "ColumnChoice",
    "ContactPoint",
    "CustomField",
    "Customer",
    "ExternalId",
    "Fact",
    "Following",
    "FormLayout",
    "FormSettings",
    "ImportMapping",
    "ImportRun",
    "Listing",
    "Note",
    "Notice",
    "SavedView",
]

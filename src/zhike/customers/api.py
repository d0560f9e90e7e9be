"""The room's part of the API: every capability's operations stand on one router once they are imported."""

from zhike.customers.activity import api as activity
from zhike.customers.contacts import api as contacts
from zhike.customers.custom_fields import api as custom_fields
from zhike.customers.following import api as following
from zhike.customers.forms import api as forms
from zhike.customers.imports import api as imports
from zhike.customers.listing import api as listing
from zhike.customers.notices import api as notices
from zhike.customers.profile import api as profile
from zhike.customers.routing import router
from zhike.customers.search import api as search

__all__ = [
    "activity",
    "contacts",
    "custom_fields",
    "following",
    "forms",
    "imports",
    "listing",
    "notices",
    "profile",
    "router",
    "search",
]

"""What other rooms may use of customers."""

from .activity.actions import FACT_COLUMNS, add_fact, add_facts_from
from .activity.amounts import MonthOfPurchases, list_months_of_purchases
from .activity.queries import list_channels
from .contacts.rules import is_valid_contact, masked_contact, normal_contact
from .custom_fields.definitions import forget_fields
from .custom_fields.personal import list_personal_traits
from .custom_fields.setup import apply_field, export_fields, order_fields
from .custom_fields.uses import field_uses
from .export.columns import cell as file_cell
from .export.workbook import BOM, WORKBOOK, write_workbook
from .export.workbook import ROWS as SHEET_ROWS
from .following.queries import follows_or_owns
from .forms.queries import get_layout
from .forms.registries import SortedClass, Sorter, Sorting, customer_sorters
from .forms.setup import apply_forms, export_forms
from .imports.actions import create_import, save_mapping, start_here
from .imports.arrivals import open_arrivals, settle_arrivals
from .imports.kinds import Check, Counts, ImportField, ImportKind, Lines, import_kinds
from .imports.kinds import Settings as ImportSettings
from .imports.running import keep_imports_out, run_import
from .listing.actions import refresh_listing
from .listing.bulk import hand_over_customers
from .listing.columns import external_ids_of
from .listing.facets import owner_choices
from .listing.figures import listing_figures_statement, update_listing_figures
from .listing.pages import list_chosen
from .listing.rows import Row, read_rows
from .models import Customer, Notice
from .names.rules import initials_of, pinyin_of
from .notices.giving import AUDIENCE, NewNotice, add_to_notices, giving_statement
from .notices.registry import NoticeKind, NoticeWords, notice_kinds
from .places.rules import (
    Division,
    country_code,
    country_name,
    division_name,
    find_division,
    split_division,
)
from .profile.actions import archive_customer, change_customer, create_customer, restore_customer
from .profile.rules import guess_kind
from .reactions import customer_reactions, react_to_change
from .registries import (
    BulkPage,
    Choice,
    Column,
    CustomerPanel,
    Entry,
    Facet,
    FactKind,
    Hit,
    Said,
    SearchSource,
    TimelineEvent,
    TimelineSource,
    bulk_pages,
    column_sources,
    customer_facets,
    customer_panels,
    facet_sources,
    fact_kinds,
    listing_columns,
    search_sources,
    timeline_sources,
)
from .rights import get_customer, visible_customers, visible_listing
from .saved_views.actions import choose_columns
from .saved_views.queries import get_columns
from .search.queries import find_customers, narrow_by_text

__all__ = [
    "AUDIENCE",
    "BOM",
    "FACT_COLUMNS",
    "SHEET_ROWS",
    "WORKBOOK",
    "BulkPage",
    "Check",
    "Choice",
    "Column",
    "Counts",
    "Customer",
    "CustomerPanel",
    "Division",
    "Entry",
    "Facet",
    "FactKind",
    "Hit",
    "ImportField",
    "ImportKind",
    "ImportSettings",
    "Lines",
    "MonthOfPurchases",
    "NewNotice",
    "Notice",
    "NoticeKind",
    "NoticeWords",
    "Row",
    "Said",
    "SearchSource",
    "SortedClass",
    "Sorter",
    "Sorting",
    "TimelineEvent",
    "TimelineSource",
    "add_fact",
    "add_facts_from",
    "add_to_notices",
    "apply_field",
    "apply_forms",
    "archive_customer",
    "bulk_pages",
    "change_customer",
    "choose_columns",
    "column_sources",
    "country_code",
    "country_name",
    "create_customer",
    "create_import",
    "customer_facets",
    "customer_panels",
    "customer_reactions",
    "customer_sorters",
    "division_name",
    "export_fields",
    "export_forms",
    "external_ids_of",
    "facet_sources",
    "fact_kinds",
    "field_uses",
    "file_cell",
    "find_customers",
    "find_division",
    "follows_or_owns",
    "forget_fields",
    "get_columns",
    "get_customer",
    "get_layout",
    "giving_statement",
    "guess_kind",
    "hand_over_customers",
    "import_kinds",
    "initials_of",
    "is_valid_contact",
    "keep_imports_out",
    "list_channels",
    "list_chosen",
    "list_months_of_purchases",
    "list_personal_traits",
    "listing_columns",
    "listing_figures_statement",
    "masked_contact",
    "narrow_by_text",
    "normal_contact",
    "notice_kinds",
    "open_arrivals",
    "order_fields",
    "owner_choices",
    "pinyin_of",
    "react_to_change",
    "read_rows",
    "refresh_listing",
    "restore_customer",
    "run_import",
    "save_mapping",
    "search_sources",
    "settle_arrivals",
    "split_division",
    "start_here",
    "timeline_sources",
    "update_listing_figures",
    "visible_customers",
    "visible_listing",
    "write_workbook",
]

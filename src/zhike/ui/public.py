"""What other rooms may use of ui."""

from .amounts import (
    FULL,
    SHORT,
    chart_unit,
    currency_sign,
    format_column_money,
    format_compact,
    format_compact_money,
    format_exact,
    format_exact_money,
    format_money,
    format_number,
    format_price,
    format_share,
    get_number_style,
    number_style,
    spoken,
)
from .charts import money_chart, money_series, write_amounts
from .context import Shell, frame_facts
from .days import LOCALES, format_ago, format_day, format_moment, format_month, local
from .drawings import draw_bar, draw_distribution, draw_spark
from .form_pages import show_form
from .guide.views import guide, picture
from .languages import choose_language, language_keepers
from .lists.addresses import Chip, change_address, chosen_keys, kept_params
from .lists.filter_form import FilterForm
from .lists.offered_text import OfferedText
from .lists.tables import ListColumn, draw_boxes, draw_heads, draw_options, safe_cell
from .marks import HUES, face, icon, pill
from .navigation import PALETTE, NavItem, navigation
from .parts import asks_for_part
from .spacing import space_scripts
from .toasts import say_done, say_warning
from .views import VIEW_GALLERY, VIEW_GALLERY_LABEL, gallery, shortcuts
from .workbench.queries import list_steps
from .workbench.registry import ChecklistItem, WorkbenchPanel, checklist_items, workbench_panels
from .workbench.views import workbench, workbench_panel

__all__ = [
    "FULL",
    "HUES",
    "LOCALES",
    "PALETTE",
    "SHORT",
    "VIEW_GALLERY",
    "VIEW_GALLERY_LABEL",
    "ChecklistItem",
    "Chip",
    "FilterForm",
    "ListColumn",
    "NavItem",
    "OfferedText",
    "Shell",
    "WorkbenchPanel",
    "asks_for_part",
    "change_address",
    "chart_unit",
    "checklist_items",
    "choose_language",
    "chosen_keys",
    "currency_sign",
    "draw_bar",
    "draw_boxes",
    "draw_distribution",
    "draw_heads",
    "draw_options",
    "draw_spark",
    "face",
    "format_ago",
    "format_column_money",
    "format_compact",
    "format_compact_money",
    "format_day",
    "format_exact",
    "format_exact_money",
    "format_moment",
    "format_money",
    "format_month",
    "format_number",
    "format_price",
    "format_share",
    "frame_facts",
    "gallery",
    "get_number_style",
    "guide",
    "icon",
    "kept_params",
    "language_keepers",
    "list_steps",
    "local",
    "money_chart",
    "money_series",
    "navigation",
    "number_style",
    "picture",
    "pill",
    "safe_cell",
    "say_done",
    "say_warning",
    "shortcuts",
    "show_form",
    "space_scripts",
    "spoken",
    "workbench",
    "workbench_panel",
    "workbench_panels",
    "write_amounts",
]

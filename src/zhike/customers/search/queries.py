"""Finding customers by what people type: a name or part of it, pinyin, initials, a phone, an e-mail, a number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.urls import reverse

from zhike.accounts.public import get_organisation
from zhike.customers.contacts.actions import NewContact
from zhike.customers.contacts.queries import look_alike_ids
from zhike.customers.listing.rows import Row, read_rows
from zhike.customers.models import ContactPoint, Customer, ExternalId, Listing
from zhike.customers.names.rules import has_hanzi, query_tokens
from zhike.customers.names.syllables import pairs_of, ways_to_cut
from zhike.customers.registries import Hit, SearchSource, customer_finders, search_sources
from zhike.customers.rights import visible_listing
from zhike.kit.actor import Actor
from zhike.kit.text import comparable

LONGEST = 100  # characters of a search that count
BEST_FIRST = ("-value", "-customer_id")
NUMBER = re.compile(r"[+()\d\s.-]{4,}")
REACHED = 200  # customers looked up by one phone, e-mail or number prefix; more is no search
DIAL_CODES = {"CN": "86", "HK": "852", "TW": "886", "US": "1", "GB": "44", "JP": "81", "DE": "49", "SG": "65"}


def find_customers(*, text: str, actor: Actor, limit: int = 20) -> list[Row]:
    """Return the customers that `text` finds, the most valuable first; archived ones are not found.

    The best are taken of each way to find them, then of all: of one condition alone an index knows the best.
    """
    rows = visible_listing(actor).filter(archived=False)
    ways = _ways(text)
    if len(ways) > 1:
        best = [rows.filter(way).order_by(*BEST_FIRST).values("customer_id")[:limit] for way in ways]
        rows = visible_listing(actor).filter(customer_id__in=best[0].union(*best[1:]))
    elif ways:
        rows = rows.filter(ways[0])
    return read_rows(rows.order_by(*BEST_FIRST)[:limit])


def find_elsewhere(*, text: str, actor: Actor, limit: int = 5) -> list[tuple[SearchSource, Sequence[Hit]]]:
    """Return what other rooms find, by source, only where the actor may look and something was found."""
    sources = sorted(search_sources, key=lambda source: source.order)
    found = [(source, source.find(text, actor, limit)) for source in sources if actor.may(source.permission)]
    return [(source, hits) for source, hits in found if hits]


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A customer with the same phone or e-mail; who may not see it learns a masked name and whom to ask."""

    name: str
    owner: str
    url: str


def find_look_alikes(contacts: Sequence[NewContact], *, actor: Actor) -> list[LookAlike]:
    """Return who has one of these phones or e-mails already, at most ten."""
    ids = sorted(look_alike_ids(contacts))[:10]
    mine = set(visible_listing(actor).filter(customer_id__in=ids).values_list("customer_id", flat=True))
    customers = Customer.objects.filter(id__in=ids).select_related("owner").order_by("id")
    return [
        LookAlike(
            name=one.name if one.id in mine else mask_name(one.name),
            owner=one.owner.name if one.owner else "",
            url=reverse("customers:customer", args=[one.id]) if one.id in mine else "",
        )
        for one in customers
    ]


def mask_name(name: str) -> str:
    """Return a name of which only the first and last characters can be read: 杭****司."""
    return f"{name[0]}****{name[-1] if len(name) > 2 else ''}"


def narrow_by_text(rows: QuerySet[Listing], text: str) -> QuerySet[Listing]:
    """Narrow listing rows to those that `text` finds; nothing typed narrows nothing."""
    return rows.filter(reduce(or_, _ways(text), Q()))


def _ways(text: str) -> list[Q]:
    """Return the conditions of which a customer that `text` finds meets one; none where nothing is typed."""
    text = comparable(text[:LONGEST])
    if not text:
        return []
    if NUMBER.fullmatch(text):
        return _by_number(text)
    if "@" in text:
        return [Q(customer_id__in=_customers_with(Q(kind="email", normal__startswith=text)))]
    return _by_hanzi(text) if has_hanzi(text) else _by_letters(text)


def _by_hanzi(text: str) -> list[Q]:
    """Names that hold every word of `text`: pairs of hanzi find them by index, the words are then looked for."""
    found = Q(tokens__contains=query_tokens(text))
    for word in text.split(" "):
        found &= Q(name__icontains=word)
    elsewhere = [one for finder in customer_finders for one in finder(text)]
    return [found, Q(customer_id__in=elsewhere)] if elsewhere else [found]


def _by_letters(text: str) -> list[Q]:
    """Pinyin or initials from the start of the name, two syllables or a word anywhere, or the number elsewhere."""
    word = re.sub(r"[\W_]+", "", text)
    if not word:
        return [Q(name__icontains=text)]
    begins = Q(name_pinyin__startswith=word)
    if "lu" in word or "nu" in word:  # ü is typed u by some: 吕 lu
        begins |= Q(name_pinyin__startswith=word.replace("lu", "lv").replace("nu", "nv"))
    inside = Q(tokens__contains=query_tokens(text))
    for syllables in ways_to_cut(word):
        if pairs := pairs_of(syllables):
            inside |= Q(tokens__contains=pairs, name_pinyin__contains=word)
    ways = [begins, Q(name_initials__startswith=word), inside]
    numbered = _customers_numbered(text)
    return [*ways, Q(customer_id__in=numbered)] if numbered else ways


def _by_number(text: str) -> list[Q]:
    """A phone from its start, the last four digits of one, a number elsewhere, or digits in a name."""
    digits = re.sub(r"\D", "", text)
    dial = DIAL_CODES.get(_home_country(), "86")
    starts = {f"+{digits}", digits} if text.startswith("+") else {f"+{dial}{digits.lstrip('0')}", f"+{digits}", digits}
    phones = Q()
    for start in starts if len(digits) > 4 else set():
        phones |= Q(kind="phone", normal__startswith=start)
    reached = set(_customers_numbered(text.strip()))
    if phones:
        reached |= set(_customers_with(phones))
    found = Q(tokens__contains=[digits])
    return [found, Q(customer_id__in=reached)] if reached else [found]


def _customers_with(contacts: Q) -> list[int]:
    return list(ContactPoint.objects.filter(contacts).values_list("customer_id", flat=True)[:REACHED])


def _customers_numbered(text: str) -> list[int]:
    found = ExternalId.objects.filter(Q(value=text) | Q(value=text.upper()))
    ids = list(found.values_list("customer_id", flat=True)[:REACHED])
    return [*ids, *(one for finder in customer_finders for one in finder(text))]


def _home_country() -> str:
    """Where the firm's phone numbers are at home, judged by its currency."""
    return {"USD": "US", "EUR": "DE"}.get(currency := get_organisation().currency, currency[:2])

"""Small pieces of HTML that lists are full of, made without a template: icons, class pills, faces."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

HUES = ("cinnabar", "orange", "amber", "olive", "bamboo", "teal", "sky", "indigo", "violet", "rose", "plain")
FACE_HUES = ("bamboo", "teal", "sky", "indigo", "violet", "rose", "olive", "amber")


def icon(name: str, label: str | Promise = "") -> SafeString:
    """Return an icon of the sprite. Without `label` it is decoration and unseen by screen readers."""
    return _icon(name, str(label))


def pill(label: str | Promise, hue: str, quiet: bool = False, large: bool = False) -> SafeString:
    """Return a class: filled for the scheme that matters on the page, `quiet` (dot and word) for any other."""
    return _pill(str(label), hue if hue in HUES else "plain", quiet, large)


def face(name: str, firm: bool = False, large: bool = False) -> SafeString:
    """Return the round mark of a person (square for a firm): first character of the name, always in the same hue.

    `large` is for the record's own page.
    """
    return _face((name.strip() or "?")[0].upper(), FACE_HUES[sum(map(ord, name)) % len(FACE_HUES)], firm, large)


@lru_cache(maxsize=2048)
def _icon(name: str, label: str) -> SafeString:
    source = f"{static('vendor/tabler/sprite.svg')}#{name.replace('/', '-')}"
    if label:
        return format_html('<svg class="ti" role="img" aria-label="{}"><use href="{}"></use></svg>', label, source)
    return format_html('<svg class="ti" aria-hidden="true"><use href="{}"></use></svg>', source)


@lru_cache(maxsize=4096)
def _pill(label: str, hue: str, quiet: bool, large: bool) -> SafeString:
    kind = "zk-pill-quiet" if quiet else "zk-pill zk-pill-lg" if large else "zk-pill"
    return format_html('<span class="{}" data-hue="{}">{}</span>', kind, hue, label)


@lru_cache(maxsize=4096)
def _face(letter: str, hue: str, firm: bool, large: bool) -> SafeString:
    kind = f"zk-face{' zk-face-firm' if firm else ''}{' zk-face-lg' if large else ''}"
    return format_html('<span class="{}" data-hue="{}" aria-hidden="true">{}</span>', kind, hue, letter)

"""`zhike show registries`: what the rooms have registered, by registry."""

import argparse

from zhike.config.words import Phrase as _

DATABASE = True  # the firm's own fields are traits of rules too


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["registries"], help=str(_("what to print")))
    parser.add_argument("name", nargs="?", help=str(_("one registry only")))


def run(options: argparse.Namespace) -> dict[str, object]:
    from zhike.kit.registry import ALL_REGISTRIES

    chosen = {name: found for name, found in sorted(ALL_REGISTRIES.items()) if options.name in (None, name)}
    return {name: dict(zip(one.keys(), map(describe, one), strict=True)) for name, one in chosen.items()}


def describe(item: object) -> str:
    """Return a short name of a registered thing: its label, else its type."""
    label = getattr(item, "label", None) or getattr(item, "name", None)
    return str(label) if label else getattr(item, "__qualname__", type(item).__name__)

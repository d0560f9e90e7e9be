"""Which change of class is one for the worse."""

from collections.abc import Mapping, Sequence

LEAVING = {"at_risk": 1, "lost": 2}  # lifecycle stages; every other is as good as any


def worse_than(kind: str, keys: Sequence[str]) -> Mapping[str, list[str]]:
    """Return class key → the keys of the classes from which coming there is a step down.

    `keys` are the classes of a scheme of this kind, best first. Kinds that have no better and worse give nothing.
    """
    if kind == "value_tier":
        return {key: list(keys[:place]) for place, key in enumerate(keys) if place}
    if kind == "lifecycle":
        return {
            key: [one for one in keys if one != "prospect" and LEAVING.get(one, 0) < LEAVING[key]]
            for key in keys
            if key in LEAVING
        }
    return {}

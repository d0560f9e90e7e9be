"""Registries: how a low room shows or uses what a high room has, without importing it."""

from collections.abc import Iterator

ALL_REGISTRIES: dict[str, "Registry"] = {}


class Registry[T]:
    """Named things in the order in which they were added. `zhike show registries` prints all of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}
        ALL_REGISTRIES[name] = self

    def add(self, key: str, item: T) -> T:
        """:raises ValueError: if the key is taken."""
        if key in self._items:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._items[key] = item
        return item

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def get(self, key: str) -> T | None:
        return self._items.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> list[str]:
        return list(self._items)

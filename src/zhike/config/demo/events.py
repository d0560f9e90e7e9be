from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    customers: int
    orders: int


@dataclass(frozen=True, slots=True)
class DemoCleared:
    """`kept` counts, by noun, sample records that real ones lean on: they stay, and are sample data no more."""

    customers: int
    orders: int
    kept: dict[str, int]

"""All of the sample firm, from one seed: the same firm for the same seed, moment and language, on every machine."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from zhike.config.demo.customers import SampleCustomer, make_customers
from zhike.config.demo.orders import SampleOrder, make_orders

SEED = "qiheng"  # text seeds do not depend on the hash seed of the process


@dataclass(frozen=True, slots=True)
class SampleFirm:
    customers: list[SampleCustomer]
    orders: list[SampleOrder]


def make_firm(*, until: datetime, language: str, seed: str = SEED) -> SampleFirm:
    """Return customers and orders up to `until`, a local time without a zone. The seed decides everything else."""
    customers = make_customers(Random(f"{seed}:customers"), today=until.date(), language=language)
    return SampleFirm(customers, make_orders(Random(f"{seed}:orders"), customers, until=until))

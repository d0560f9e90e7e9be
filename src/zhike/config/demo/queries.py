from dataclasses import dataclass
from typing import Any

from django.apps import apps
from procrastinate.contrib.django.models import ProcrastinateJob

from zhike.config.demo.customers import CUSTOMERS

LOAD, CLEAR = "config.load_demo", "config.clear_demo"  # names of the jobs
USUAL_ORDERS = 9000


@dataclass(frozen=True, slots=True)
class DemoState:
    """`job` is "load", "clear" or "" when nothing is under way; `share` is how far loading is, 0 to 1."""

    customers: int
    orders: int
    loaded: bool
    job: str
    failed: bool
    share: float


def demo_loaded() -> bool:
    """Return whether the sample data is here in full."""
    runs = apps.get_model("customers", "ImportRun").objects
    return bool(runs.filter(options__sample=True, kind="orders", status="done").exists())


def get_demo_state() -> DemoState:
    job = ProcrastinateJob.objects.filter(task_name__in=(LOAD, CLEAR)).order_by("-id").first()
    busy = job is not None and job.status in ("todo", "doing")
    customers, orders = _count("customers", "Customer"), _count("commerce", "Order")
    share = 0.25 * min(1, customers / CUSTOMERS) + 0.55 * min(1, orders / USUAL_ORDERS)
    return DemoState(
        customers=customers,
        orders=orders,
        loaded=demo_loaded(),
        job=("load" if job.task_name == LOAD else "clear") if job and busy else "",
        failed=job is not None and job.status == "failed",
        share=min(0.95, share),
    )


def _count(room: str, noun: str) -> int:
    model: Any = apps.get_model(room, noun)
    return int(model.objects.filter(sample=True).count())

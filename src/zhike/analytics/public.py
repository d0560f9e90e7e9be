"""What other rooms may use of analytics."""

from .runs.actions import start_run, start_runs
from .runs.registry import Analysis, Outcome, Rows, Task, analyses

__all__ = ["Analysis", "Outcome", "Rows", "Task", "analyses", "start_run", "start_runs"]

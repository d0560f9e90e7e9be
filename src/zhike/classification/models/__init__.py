"""The tables of this room, one file per noun."""

from zhike.classification.models.assignment import Assignment, CustomerMetrics
from zhike.classification.models.run import ClassifyRun
from zhike.classification.models.scheme import CustomerClass, Scheme, SchemeVersion, in_language

__all__ = ["Assignment", "ClassifyRun", "CustomerClass", "CustomerMetrics", "Scheme", "SchemeVersion", "in_language"]

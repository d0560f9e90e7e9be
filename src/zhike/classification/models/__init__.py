"""The tables of this room, one file per noun."""

from zhike.classification.models.assignment import Assignment, CustomerMetrics
from zhike.classification.models.override import ClassOverride
from zhike.classification.models.pending_move import PendingMove
from zhike.classification.models.policy import OwnerGrant, OwnerRun, OwnerTurn, Policy, PolicyRank
from zhike.classification.models.review import Review
from zhike.classification.models.run import ClassifyRun
from zhike.classification.models.scheme import CustomerClass, Scheme, SchemeVersion, in_language
from zhike.classification.models.simulation import Simulation
from zhike.classification.models.steadiness import Steadiness
from zhike.classification.models.telling import Telling, ToldMove

__all__ = [
    "Assignment",
    "ClassOverride",
    "ClassifyRun",
    "CustomerClass",
    "CustomerMetrics",
    "OwnerGrant",
    "OwnerRun",
    "OwnerTurn",
    "PendingMove",
    "Policy",
    "PolicyRank",
    "Review",
    "Scheme",
    "SchemeVersion",
    "Simulation",
    "Steadiness",
    "Telling",
    "ToldMove",
    "in_language",
]

from zhike.api.public import make_router

from .approvals.api import add_operations as add_approvals
from .assignments.api import add_operations as add_assignments
from .evaluation.api import add_operations as add_runs
from .policies.api import add_operations as add_policies
from .policies.owners.api import add_operations as add_owners
from .reviews.api import add_operations as add_reviews
from .rule_language.api import add_operations as add_rules
from .schemes.api import add_operations as add_schemes
from .simulation.api import add_operations as add_simulations

router = make_router("classification")
add_schemes(router)
add_rules(router)
add_assignments(router)
add_runs(router)
add_simulations(router)
add_policies(router)
add_owners(router)
add_reviews(router)
add_approvals(router)

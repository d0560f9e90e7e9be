from zhike.api.public import make_router

from .assignments.api import add_operations as add_assignments
from .evaluation.api import add_operations as add_runs
from .schemes.api import add_operations as add_schemes
from .simulation.api import add_operations as add_simulations

router = make_router("classification")
add_schemes(router)
add_assignments(router)
add_runs(router)
add_simulations(router)

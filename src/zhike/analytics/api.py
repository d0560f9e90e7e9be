from zhike.api.public import make_router

from .associations.api import add_operations as add_associations
from .churn.api import add_operations as add_churn
from .retention.api import add_operations as add_retention
from .runs.api import add_operations as add_runs
from .value.api import add_operations as add_concentration
from .value_model.api import add_operations as add_value

router = make_router("analytics")
add_runs(router)
add_concentration(router)
add_value(router)
add_retention(router)
add_churn(router)
add_associations(router)

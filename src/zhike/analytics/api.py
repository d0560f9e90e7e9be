from zhike.api.public import make_router

from .associations.api import add_operations as add_associations
from .churn.api import add_operations as add_churn

router = make_router("analytics")
add_churn(router)
add_associations(router)

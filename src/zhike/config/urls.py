"""Every address of the product: each room's own, and the API."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from zhike.accounts.public import open_to_anyone

to_customers = open_to_anyone("leads on to a page that asks who you are")(
    RedirectView.as_view(pattern_name="customers:list")
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", to_customers),
    path("ui/", include("zhike.config.frame")),
    path("settings/demo/", include("zhike.config.demo.urls")),
    path("api/", include("zhike.config.api")),
    path("", include("zhike.accounts.urls")),
    path("", include("zhike.customers.urls")),
    path("", include("zhike.classification.urls")),
    path("imports/", include("zhike.customers.imports.urls")),
]

"""Every address of the product: each room's own, and the API."""

from django.urls import URLPattern, URLResolver, include, path

from zhike.config.first_run.views import start
from zhike.config.frame import panel

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("workbench/<slug:key>/", panel, name="workbench-panel"),
    path("ui/", include("zhike.config.frame")),
    path("settings/demo/", include("zhike.config.demo.urls")),
    path("first-run/", include("zhike.config.first_run.urls")),
    path("api/", include("zhike.config.api")),
    path("", include("zhike.accounts.urls")),
    path("", include("zhike.customers.urls")),
    path("", include("zhike.classification.urls")),
    path("", include("zhike.analytics.urls")),
    path("imports/", include("zhike.customers.imports.urls")),
    path("", include("zhike.commerce.urls")),
]

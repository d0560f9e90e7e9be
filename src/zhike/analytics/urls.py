from django.urls import URLPattern, URLResolver, path

from .churn import views as churn

app_name = "analytics"

urlpatterns: list[URLPattern | URLResolver] = [
    path("churn/", churn.churn_risk, name="churn"),
]

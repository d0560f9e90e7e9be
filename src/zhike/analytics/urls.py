from django.urls import URLPattern, URLResolver, path

from .associations import views as associations
from .churn import views as churn
from .retention import views as retention
from .runs import views as runs
from .value import views as value

app_name = "analytics"

urlpatterns: list[URLPattern | URLResolver] = [
    path("value/", value.value, name="value"),
    path("value/file/", value.value_file, name="value-file"),
    path("retention/", retention.retention, name="retention"),
    path("retention/file/", retention.retention_file, name="retention-file"),
    path("churn/", churn.churn_risk, name="churn"),
    path("associations/", associations.associations, name="associations"),
    path("models/", runs.models, name="models"),
    path("models/run-all/", runs.start_all, name="models-start"),
    path("models/<slug:key>/", runs.model, name="model"),
    path("models/<slug:key>/run/", runs.start, name="model-start"),
    path("models/<slug:key>/progress/", runs.progress, name="model-progress"),
    path("models/runs/<int:run_id>/", runs.run, name="run"),
    path("models/runs/<int:run_id>/use/", runs.use, name="use"),
]

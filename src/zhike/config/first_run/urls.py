from django.urls import path

from zhike.config.first_run import views

app_name = "first-run"
urlpatterns = [
    path("", views.resume, name="resume"),
    path("language/", views.language, name="language"),
    path("organisation/", views.organisation, name="organisation"),
    path("records/", views.records, name="records"),
    path("later/", views.later, name="later"),
]

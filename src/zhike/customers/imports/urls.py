from django.urls import path

from zhike.customers.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/", views.new_import, name="new"),
    path("template/<slug:kind>.xlsx", views.template, name="template"),
    path("<int:import_id>/", views.show_import, name="import"),
    path("<int:import_id>/progress/", views.progress, name="progress"),
    path("<int:import_id>/mapping/", views.save_mapping, name="mapping"),
    path("<int:import_id>/kind/", views.change_kind, name="kind"),
    path("<int:import_id>/run/", views.start, name="run"),
    path("<int:import_id>/cancel/", views.cancel, name="cancel"),
    path("<int:import_id>/rejected.csv", views.rejected, name="rejected"),
]

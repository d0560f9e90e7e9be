from django.urls import path

from zhike.config.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.page, name="page"),
    path("progress/", views.progress, name="progress"),
    path("load/", views.load, name="load"),
    path("clear/", views.clear, name="clear"),
]

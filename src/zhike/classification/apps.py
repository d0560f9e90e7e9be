from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    name = "zhike.classification"

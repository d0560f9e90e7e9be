from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    name = "zhike.classification"

    def ready(self) -> None:
        from .registrations import register

        register()

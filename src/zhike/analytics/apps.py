from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "zhike.analytics"

    def ready(self) -> None:
        from .registrations import register

        register()

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "zhike.customers"

    def ready(self) -> None:
        from zhike.customers import rights

        rights.register()
        from zhike.customers.imports import registrations

        registrations.register()

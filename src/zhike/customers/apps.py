from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "zhike.customers"

    def ready(self) -> None:
        from zhike.customers import registrations
        from zhike.customers.imports import registrations as imports

        registrations.register()
        imports.register()

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "zhike.commerce"

    def ready(self) -> None:
        from zhike.commerce import registrations

        registrations.register()

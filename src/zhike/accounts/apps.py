from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhike.accounts"

    def ready(self) -> None:
        import_module("zhike.accounts.permissions")
        import_module("zhike.accounts.registrations")
        import_module("zhike.accounts.audit_trail.wording")

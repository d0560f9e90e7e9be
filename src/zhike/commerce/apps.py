from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "zhike.commerce"

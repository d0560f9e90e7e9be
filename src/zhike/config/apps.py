from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "zhike.config"

    def ready(self) -> None:
        from zhike.config.demo import registrations as demo
        from zhike.config.first_run import registrations as first_run
        from zhike.config.frame import connect_frame
        from zhike.config.trail import connect_trail

        connect_frame()
        connect_trail()
        demo.register()
        first_run.register()

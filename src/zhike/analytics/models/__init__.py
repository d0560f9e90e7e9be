from .run import ModelRun

__all__ = ["ModelRun"]

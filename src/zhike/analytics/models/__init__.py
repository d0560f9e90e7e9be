from .association import Bundle, CustomerAlike, CustomerOffer, ProductPair
from .churn import CustomerChurn
from .run import ModelRun

__all__ = ["Bundle", "CustomerAlike", "CustomerChurn", "CustomerOffer", "ModelRun", "ProductPair"]

from .association import Bundle, CustomerAlike, CustomerOffer, ProductPair
from .churn import CustomerChurn
from .run import ModelRun
from .value import CustomerValue

__all__ = ["Bundle", "CustomerAlike", "CustomerChurn", "CustomerOffer", "CustomerValue", "ModelRun", "ProductPair"]

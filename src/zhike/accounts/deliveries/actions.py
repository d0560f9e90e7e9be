from datetime import datetime

from django.db import transaction

from zhike.accounts.events import DeliveryTriedAgain
from zhike.accounts.rights.decorators import NoSuchRecord
from zhike.audit.public import record, try_again
from zhike.kit.actor import Actor


@transaction.atomic
def try_delivery_again(*, delivery_id: int, by: Actor, at: datetime) -> None:
    """Owe a message that was given up to its handler once more. :raises NoSuchRecord: where there is none such."""
    if not try_again(delivery_id=delivery_id, at=at):
        raise NoSuchRecord
    record(event=DeliveryTriedAgain(delivery_id), by=by)

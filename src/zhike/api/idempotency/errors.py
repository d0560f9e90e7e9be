from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, Refusal


class KeyOfAnotherRequest(Refusal):
    code = "api.key_of_another_request"
    sentence = _("This Idempotency-Key was used for another request. Use a fresh one for each thing you create.")


class StillUnderWay(Refusal):
    code = "api.still_under_way"
    sentence = _("The first request with this Idempotency-Key is still under way. Ask again in {seconds} seconds.")
    retry_after = 2

    def __init__(self) -> None:
        super().__init__(seconds=self.retry_after)


class BadKey(Invalid):
    code = "api.bad_key"
    sentence = _("An Idempotency-Key has 1 to {most} visible characters, such as a UUID.")
    field = "Idempotency-Key"

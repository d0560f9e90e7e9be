"""What every room raises when it understood a request and will not do it."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request we understood and will not do.

    `sentence` is written for the person asking, in their language, and says what to do next.
    `facts` are the numbers in it; the API gives both, with `code`, as an RFC 9457 problem.
    `field` names the input at fault, so that a form can show the sentence beside it.
    """

    code = "refused"
    status = 409
    sentence: object = ""  # a text, or one that is translated when it is shown
    field = ""

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts: Mapping[str, object] = facts

    @property
    def message(self) -> str:
        return str(self.sentence).format(**self.facts)

    def __str__(self) -> str:
        return self.message


class NotFound(Refusal):
    """There is no such record, or the person may not know of it: both answer 404, so that nothing leaks."""

    code = "not_found"
    status = 404


class Forbidden(Refusal):
    """The person is known and may not do this."""

    code = "forbidden"
    status = 403


class Invalid(Refusal):
    """The input has the wrong shape or value."""

    code = "invalid"
    status = 422

from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Invalid, NotFound, Refusal


class NoSuchCustomer(NotFound):
    code = "customers.no_such_customer"
    sentence = _("There is no such customer, or it is not yours to see.")


class NoSuchDetail(NotFound):
    code = "customers.no_such_detail"
    sentence = _("This entry is gone; somebody removed it. Load the page again.")


class NoSuchView(NotFound):
    code = "customers.no_such_view"
    sentence = _("There is no such view, or it is somebody else's.")


class NoSuchNotice(NotFound):
    code = "customers.no_such_notice"
    sentence = _("There is no such notice, or it is not yours to see any more.")


class FollowsNobody(Invalid):
    code = "customers.follows_nobody"
    sentence = _("Only a person can follow a customer.")


class NameMissing(Invalid):
    code = "customers.name_missing"
    sentence = _("A customer needs a name. Type what you call them.")
    field = "name"


class TooLong(Invalid):
    code = "customers.too_long"
    sentence = _("{length} characters are too many; {limit} fit here. Shorten it.")

    def __init__(self, *, field: str, length: int, limit: int) -> None:
        super().__init__(length=length, limit=limit)
        self.field = field


class TooManyTags(Invalid):
    code = "customers.too_many_tags"
    sentence = _("{count} tags are too many; a customer can have {limit}. Remove some first.")
    field = "tags"


class BadValue(Invalid):
    code = "customers.bad_value"
    sentence = _("“{value}” does not fit here. Correct it and save again.")

    def __init__(self, *, field: str, value: object) -> None:
        super().__init__(field=field, value=str(value)[:60])
        self.field = field


class BirthdayInFuture(Invalid):
    code = "customers.birthday_in_future"
    sentence = _("The birthday {day} is still to come. Check the year.")
    field = "birthday"


class NotAContact(Invalid):
    code = "customers.not_a_contact"
    sentence = _("“{value}” is not complete: a phone needs its digits, an e-mail a name, an @ and a domain.")
    field = "value"


class ContactTaken(Refusal):
    code = "customers.contact_taken"
    sentence = _("This customer already has {value}.")
    field = "value"


class ExternalIdTaken(Refusal):
    code = "customers.external_id_taken"
    sentence = _(
        "The number {value} of {source} already belongs to another customer. Look that one up, or correct the number."
    )
    field = "external_id"


class AlreadyArchived(Refusal):
    code = "customers.already_archived"
    sentence = _("{name} is archived. Restore it first.")


class NotArchived(Refusal):
    code = "customers.not_archived"
    sentence = _("{name} is not archived.")


class LookAlikes(Refusal):
    code = "customers.look_alikes"
    sentence = _(
        "{count} customers already have this phone or e-mail. Open the one you mean, or create a second one anyway."
    )


class NobodyChosen(Invalid):
    code = "customers.nobody_chosen"
    sentence = _("No customer is ticked. Tick at least one.")


class NoSuchOwner(Invalid):
    code = "customers.no_such_owner"
    sentence = _("This person is not among those you can hand customers to. Choose another.")
    field = "owner"


class TooManyForSheet(Invalid):
    code = "customers.too_many_for_sheet"
    sentence = _("A sheet holds {limit} customers, and these are {count}. Filter the list, or take them as CSV.")


class NoSuchColumn(Invalid):
    code = "customers.no_such_column"
    sentence = _("There is no column “{column}”. These exist: {columns}.")
    field = "columns"


class SourceKeyNeeded(Invalid):
    code = "customers.source_key_needed"
    sentence = _("A fact needs a key of its own, so that sending it twice counts once.")


class NoteEmpty(Invalid):
    code = "customers.note_empty"
    sentence = _("There is nothing in this note. Write what is worth keeping.")
    field = "text"


class MayNotReveal(Forbidden):
    code = "customers.may_not_reveal"
    sentence = _("Your role does not show phones and e-mails in full. Ask an administrator for the right.")


class SourceKeyTaken(Refusal):
    code = "customers.source_key_taken"
    sentence = _("The key {key} belongs to a fact of another customer. Use a key of its own for each fact.")
    field = "source_key"


class NoSuchSorting(Invalid):
    code = "customers.no_such_sorting"
    sentence = _("There is no class “{key}” in force that a form could follow. Choose another.")
    field = "scheme"


class NoSuchForm(NotFound):
    code = "customers.no_such_form"
    sentence = _("The class “{scheme} {class_key}” has no form of its own.")


class NoSuchFormField(Invalid):
    code = "customers.no_such_form_field"
    sentence = _("“{name}” is no field of customers, or stands in the form twice. Take it out.")
    field = "fields"

from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class FileNotThere(NotFound):
    code = "imports.file_not_there"
    sentence = _("There is no file {path}. Check the path.")


class FileEmpty(Invalid):
    code = "imports.file_empty"
    sentence = _("{name} has no rows. Export it again, with the heading in the first row.")
    field = "file"


class FileIsHtml(Invalid):
    code = "imports.file_is_html"
    sentence = _("{name} is a web page, not a table. Open it in a spreadsheet and save it as XLSX or CSV.")
    field = "file"


class FileUnknown(Invalid):
    code = "imports.file_unknown"
    sentence = _("{name} is neither CSV, XLSX nor Parquet. Save it as one of these.")
    field = "file"


class FileDamaged(Invalid):
    code = "imports.file_damaged"
    sentence = _("{name} cannot be read: it is damaged or was cut short. Export it again.")
    field = "file"


class FileTooLarge(Invalid):
    code = "imports.file_too_large"
    sentence = _("{name} unpacks to {size_mb} MB; a workbook may hold at most {limit_mb} MB. Save it as CSV.")
    field = "file"


class UploadTooLarge(Invalid):
    code = "imports.upload_too_large"
    sentence = _("{name} has {size_mb} MB; at most {limit_mb} MB can be uploaded. Import it with ./zhike import.")
    field = "file"


class LineTooLong(Invalid):
    code = "imports.line_too_long"
    sentence = _("Line {line} of {name} is longer than {limit} characters. A quotation mark may be missing near there.")
    field = "file"


class TooManyColumns(Invalid):
    code = "imports.too_many_columns"
    sentence = _("{name} has {columns} columns; at most {limit} can be read. Remove those that are not needed.")
    field = "file"


class EncodingUnknown(Invalid):
    code = "imports.encoding_unknown"
    sentence = _("The letters of {name} cannot be read. Save it as CSV UTF-8.")
    field = "file"


class KindUnknown(Invalid):
    code = "imports.kind_unknown"
    sentence = _("“{kind}” cannot be imported. What can: {known}.")
    field = "kind"


class NoSuchKind(NotFound):
    code = "imports.no_such_kind"
    sentence = _("There is no template for “{kind}”.")


class SourceUnfit(Invalid):
    code = "imports.source_unfit"
    sentence = _("A source has 1 to 100 characters and no colon; “{source}” does not fit.")
    field = "source"


class CurrencyUnknown(Invalid):
    code = "imports.currency_unknown"
    sentence = _("“{currency}” is no currency. Give its three letters, such as CNY.")
    field = "currency"


class ZoneUnknown(Invalid):
    code = "imports.zone_unknown"
    sentence = _("“{time_zone}” is no time zone. Give one such as Asia/Shanghai.")
    field = "time_zone"


class FieldUnknown(Invalid):
    code = "imports.field_unknown"
    sentence = _("There is no field “{field}”. Fields: {known}.")
    field = "mapping"


class ColumnUnknown(Invalid):
    code = "imports.column_unknown"
    sentence = _("The file has no column “{column}”. Columns: {known}.")
    field = "mapping"


class FieldTwice(Invalid):
    code = "imports.field_twice"
    sentence = _("Two columns are mapped to “{field}”. Keep one of them.")
    field = "mapping"


class FieldMissing(Invalid):
    code = "imports.field_missing"
    sentence = _("No column is mapped to “{field}”, which is required. Choose one.")
    field = "mapping"


class NoSuchImport(NotFound):
    code = "imports.no_such_import"
    sentence = _("There is no such import, or it is not yours to see.")


class ImporterGone(Refusal):
    code = "imports.importer_gone"
    sentence = _("Whoever started this import may no longer import. Somebody else has to upload the file.")


class BrokeOff(Refusal):
    code = "imports.broke_off"
    sentence = _("{name} stopped by a fault of ours. What was written stays; try again, and it goes on from there.")


class ImportUnderWay(Refusal):
    code = "imports.under_way"
    sentence = _("This import is under way or over. Upload the file again to import it once more.")


class NothingToCancel(Refusal):
    code = "imports.nothing_to_cancel"
    sentence = _("This import is over; there is nothing to cancel.")

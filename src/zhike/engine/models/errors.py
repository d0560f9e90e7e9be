"""What the models refuse. A fit that finds nothing to say is no refusal: it says so itself (`Fit.reason`)."""

from zhike.kit.errors import Invalid


class HistoryWrong(Invalid):
    code = "engine.history_wrong"
    sentence = "{count} purchase histories cannot be: {reason}."


class FileMissing(Invalid):
    code = "engine.file_missing"
    sentence = "There is no file {file}."


class FileUnreadable(Invalid):
    code = "engine.file_unreadable"
    sentence = "{file} cannot be read as a table: {reason}."


class LettersUnknown(Invalid):
    code = "engine.letters_unknown"
    sentence = (
        "{file} is no text in UTF-8, UTF-16 or GB18030 (GBK). Save it as CSV in one of these; "
        "Excel calls it “CSV UTF-8”. Workbooks and pictures cannot be read."
    )


class NoHeader(Invalid):
    code = "engine.no_header"
    sentence = "{file} is empty, or its first line names no columns."


class LineUneven(Invalid):
    code = "engine.line_uneven"
    sentence = "Line {line} of {file} has more or fewer cells than the first line, which names the columns."


class LineTooLong(Invalid):
    code = "engine.line_too_long"
    sentence = "Line {line} of {file} is longer than {longest} bytes."


class QuoteOpen(Invalid):
    code = "engine.quote_open"
    sentence = 'In line {line} of {file} a cell that begins with " has no " at its end. Inside, a " is written twice.'


class ColumnMissing(Invalid):
    code = "engine.column_missing"
    sentence = "{file} has no column {column}. It has: {columns}."


class ColumnTwice(Invalid):
    code = "engine.column_twice"
    sentence = "{file} has the column {column} more than once. Give each a name of its own."


class NothingFilled(Invalid):
    code = "engine.nothing_filled"
    sentence = "No line of {file} has a value in {columns}; it has {rows} lines."


class NothingToRead(Invalid):
    code = "engine.nothing_to_read"
    sentence = (
        "No line of {file} can be used: {rows} lines, {without_customer} without a customer, "
        "{unreadable} with a date or an amount that cannot be read, {in_future} in the future, "
        "{not_positive} customer days whose amounts come to 0 or less."
    )


class CurrenciesMixed(Invalid):
    code = "engine.currencies_mixed"
    sentence = (
        "The amounts are in {currencies}; they are never added up. Choose one with --only, or leave out --amount."
    )


class CurrencyBlank(Invalid):
    code = "engine.currency_blank"
    sentence = (
        "{rows} lines have an amount and no currency, others have {currencies}; they are never added up. "
        "Choose one with --only, or leave out --amount."
    )


class CurrencyUnknown(Invalid):
    code = "engine.currency_unknown"
    sentence = "Nothing tells which lines are in {only}: name the column of currencies with --currency."


class CalibrationEndWrong(Invalid):
    code = "engine.calibration_end_wrong"
    sentence = "The calibration cannot end on {day}: purchases are from {first} to {last}, and some must come after it."


class TargetWrong(Invalid):
    code = "engine.target_wrong"
    sentence = "Column {column} cannot be predicted: it must have two values, and it has {count}: {values}."


class TooFewRows(Invalid):
    code = "engine.too_few_rows"
    sentence = (
        "{rows} rows, the rarer value {rarer} times: too few for {folds} folds. At least {least} of each are needed."
    )


class SupportWrong(Invalid):
    code = "engine.support_wrong"
    sentence = "The least support is a share of all baskets between 0 and 1; {support} is not."


class NoPurchases(Invalid):
    code = "engine.no_purchases"
    sentence = "Nobody bought anything before {day}. Import orders first."

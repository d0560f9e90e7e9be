"""The engine's sentences for the command line, translated; the engine itself is in English and knows no languages."""

from zhike.config.words import Phrase as _

SENTENCES = {
    "engine.history_wrong": _("{count} purchase histories cannot be: {reason}."),
    "engine.file_missing": _("There is no file {file}."),
    "engine.file_unreadable": _("{file} cannot be read as a table: {reason}."),
    "engine.letters_unknown": _(
        "{file} is no text in UTF-8, UTF-16 or GB18030 (GBK). Save it as CSV in one of these; "
        "Excel calls it “CSV UTF-8”. Workbooks and pictures cannot be read."
    ),
    "engine.no_header": _("{file} is empty, or its first line names no columns."),
    "engine.line_uneven": _(
        "Line {line} of {file} has more or fewer cells than the first line, which names the columns."
    ),
    "engine.line_too_long": _("Line {line} of {file} is longer than {longest} bytes."),
    "engine.quote_open": _(
        'In line {line} of {file} a cell that begins with " has no " at its end. Inside, a " is written twice.'
    ),
    "engine.column_twice": _("{file} has the column {column} more than once. Give each a name of its own."),
    "engine.nothing_filled": _("No line of {file} has a value in {columns}; it has {rows} lines."),
    "engine.column_missing": _("{file} has no column {column}. It has: {columns}."),
    "engine.nothing_to_read": _(
        "No line of {file} can be used: {rows} lines, {without_customer} without a customer, "
        "{unreadable} with a date or an amount that cannot be read, {in_future} in the future, "
        "{not_positive} customer days whose amounts come to 0 or less."
    ),
    "engine.currencies_mixed": _(
        "The amounts are in {currencies}; they are never added up. Choose one with --only, or leave out --amount."
    ),
    "engine.currency_blank": _(
        "{rows} lines have an amount and no currency, others have {currencies}; they are never added up. "
        "Choose one with --only, or leave out --amount."
    ),
    "engine.currency_unknown": _(
        "Nothing tells which lines are in {only}: name the column of currencies with --currency."
    ),
    "engine.calibration_end_wrong": _(
        "The calibration cannot end on {day}: purchases are from {first} to {last}, and some must come after it."
    ),
    "engine.no_purchases": _("Nobody bought anything before {day}. Import orders first."),
    "engine.target_wrong": _(
        "Column {column} cannot be predicted: it must have two values, and it has {count}: {values}."
    ),
    "engine.too_few_rows": _(
        "{rows} rows, the rarer value {rarer} times: too few for {folds} folds. At least {least} of each are needed."
    ),
    "engine.support_wrong": _("The least support is a share of all baskets between 0 and 1; {support} is not."),
    "engine.busy": _("Another run is working on the figures. Wait for it to end; nothing was changed."),
    "engine.nothing_computed": _("No figures have been computed yet. Run the classification once, then look again."),
    "engine.spark_missing": _(
        "Spark is not installed here. Install the package pyspark, or choose the engine duckdb or postgres."
    ),
    "engine.java_missing": _(
        "Spark needs Java 17 or later, and there is none here. Install it, or choose the engine duckdb or postgres."
    ),
    "engine.spark_failed": _("Spark did not do it: {reason}."),
    "engine.store_missing": _("There is no store of this version at {store}: no readable manifest.json."),
    "engine.store_too_far": _(
        "DuckDB reads stores in folders of this machine only; {store} is not one. Choose the engine spark."
    ),
    "engine.record_missing": _(
        "These schemes ask for products or for classes kept by hand, which are in PostgreSQL and not in the store. "
        "Set DATABASE_URL, or leave those rules out."
    ),
    "engine.schemes_unreadable": _("{file} holds no schemes: {reason}."),
}
REASON_SENTENCES = {
    "no_customers": _("not identified: no customers"),
    "too_few_customers": _("not identified: too few customers ({customers}; at least {least} are needed)"),
    "no_repeat_buyers": _("not identified: no repeat buyers"),
    "too_few_repeat_buyers": _("not identified: too few repeat buyers ({repeat}; at least {least} are needed)"),
    "no_time": _("not identified: all purchases on one day"),
    "runs_away": _("not identified: parameter {parameter} runs away to {side}; the purchases do not tell it"),
    "flat": _("not identified: the likelihood is flat; other parameters fit as well"),
    "vague": _("not identified: parameter {parameter} could be anything (standard error of its logarithm {error})"),
    "no_losses": _("not identified: nobody left"),
    "no_spread": _("not identified: all amounts are the same"),
    "no_amounts": _("not identified: no repeat buyers with amounts above 0"),
}
CARD_SENTENCES = {
    "no_better_than_naive": _("not to be used: it tells no more than the overall share does"),
    "no_features": _("not to be used: no column is left that tells anything"),
}

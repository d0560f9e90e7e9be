"""What the engine refuses."""

from zhike.kit.errors import Invalid, NotFound, Refusal


class EngineBusy(Refusal):
    code = "engine.busy"
    sentence = "Another run is working on the figures. Wait for it to end; nothing was changed."


class NothingComputed(NotFound):
    code = "engine.nothing_computed"
    sentence = "No figures have been computed yet. Run the classification once, then look again."


class SchemeCircle(Invalid):
    code = "engine.scheme_circle"
    sentence = "These schemes ask for each other’s classes in a circle: {schemes}. Take one of the conditions out."


class SchemeWrong(Invalid):
    code = "engine.scheme_wrong"
    sentence = "Scheme {scheme} cannot be computed: {reason}."


class RuleWrong(Invalid):
    """`facts["problems"]` holds every problem with its path."""

    code = "engine.rule_wrong"
    sentence = "The rule has {count} problems. The first, at {path}: {reason}."


class SparkMissing(Refusal):
    code = "engine.spark_missing"
    sentence = "Spark is not installed here. Install the package pyspark, or choose the engine duckdb or postgres."


class JavaMissing(Refusal):
    code = "engine.java_missing"
    sentence = (
        "Spark needs Java 17 or later, and none is found here. Install it, or choose the engine duckdb or postgres."
    )


class SparkFailed(Refusal):
    code = "engine.spark_failed"
    sentence = "Spark did not do it: {reason}."


class StoreMissing(NotFound):
    code = "engine.store_missing"
    sentence = "There is no store of this version at {store}: no readable manifest.json."


class StoreTooFar(Refusal):
    code = "engine.store_too_far"
    sentence = "DuckDB reads stores in folders of this machine only; {store} is not one. Choose the engine spark."


class RecordMissing(Refusal):
    code = "engine.record_missing"
    sentence = (
        "These schemes ask for products or for classes kept by hand, which are in PostgreSQL and not in the store. "
        "Set DATABASE_URL, or leave those rules out."
    )


class SchemesUnreadable(Invalid):
    code = "engine.schemes_unreadable"
    sentence = "{file} holds no schemes: {reason}."

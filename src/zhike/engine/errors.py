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


class SparkNotYet(Refusal):
    code = "engine.spark_not_yet"
    sentence = "Rules are not computed by Spark yet. Choose the engine duckdb or postgres."

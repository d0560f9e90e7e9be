from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnalysisAsked:
    run_id: int
    analysis: str


@dataclass(frozen=True, slots=True)
class AnalysisPutInUse:
    """The results of a run are those that pages, rules and the API show from now on."""

    run_id: int
    analysis: str

"""The chance that a customer leaves: boosted trees beside a logistic baseline, calibrated, tested on what they had not
seen, with reasons.

Assumption: customers are alike in how their values bear on leaving, then and now; values were known before the outcome.
A column that nearly gives the outcome away by itself was probably written after it: it is named and left out.
Friedman (2001), Greedy function approximation; Platt (1999) and Zadrozny & Elkan (2002) for calibration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhike.engine.models.cells import Floats
from zhike.engine.models.errors import TooFewRows
from zhike.engine.models.margins import Margin, paired_margin
from zhike.engine.models.tables import Column, Table

LEAK = 0.97  # AUC of one column alone
BINS = 20
LEAST_OF_EACH = 10  # a fold
ENOUGH_FOR_STEPS = 1000  # outcomes from which isotonic calibration is steadier than a sigmoid
SEED = 42


@dataclass(frozen=True, slots=True)
class Quality:
    """How chances fared: area under the ROC curve, average precision, Brier score (mean square of the error)."""

    auc: float
    average_precision: float
    brier: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Customers whose chances are alike: how many, the mean chance that was said, the share that left."""

    customers: int
    said: float
    happened: float


@dataclass(frozen=True, slots=True)
class Card:
    """What a model may be trusted with: on which rows it was tested, how it fared, and beside what.

    `chosen` is boosting or logistic, whichever said the better chances; `usable` is False, with `reason`, when the
    chosen one does not beat giving everybody the overall share: `margin` is by how much its Brier score is smaller,
    customer by customer, and must lie above 0 with its whole interval.
    """

    rows: int
    positives: int
    features: tuple[str, ...]
    tested_on: str
    quality: Mapping[str, Quality]
    chosen: str
    calibration: tuple[CalibrationBin, ...]
    leaks: Mapping[str, float] = field(default_factory=dict)
    auc_error: float = 0.0
    margin: Margin | None = None
    usable: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Because:
    """One value's part in a chance: what the chance would be with the usual value instead."""

    feature: str
    value: str
    usual: str
    chance_with_usual: float
    raises: bool


def find_leaks(table: Table) -> dict[str, float]:
    """Return the columns that nearly give the outcome away by themselves, each with its AUC.

    Values are put into bins and each half's rates tried on the other half, so that neither direction, shape nor the
    number of categories matters.
    """
    halves = np.random.default_rng(SEED).permutation(len(table.y)) % 2
    found = {one.name: _alone(one, table.y, halves) for one in table.columns}
    return {name: round(auc, 4) for name, auc in found.items() if auc >= LEAK}


def _alone(column: Column, y: NDArray[np.int64], halves: NDArray[np.int64]) -> float:
    from sklearn.metrics import roc_auc_score

    codes = column.values.astype(np.int64) if column.is_category else _bins(column.values)
    chance = np.empty(len(y))
    for half in (0, 1):
        seen, tried = halves != half, halves == half
        size = int(codes.max()) + 1
        people, left = np.bincount(codes[seen], minlength=size), np.bincount(codes[seen], y[seen], minlength=size)
        chance[tried] = ((left + y.mean()) / (people + 1))[codes[tried]]
    return float(roc_auc_score(y, chance)) if 0 < y.sum() < len(y) else 0.5


def _bins(values: Floats) -> NDArray[np.int64]:
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right")).astype(np.int64)


class ChurnModel:
    """A fitted model: calibrated chances for rows of the same columns."""

    def __init__(self, kind: str, columns: Sequence[Column]) -> None:
        self.kind, self.columns = kind, tuple(columns)
        self.usual = np.array([one.usual() for one in columns])

    def fit(self, rows: Floats, y: NDArray[np.int64]) -> "ChurnModel":
        """Fit to rows (n, features) and outcomes (n,).

        Trees are calibrated on chances said out of fold; a logistic regression's chances are what they say.
        """
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.model_selection import StratifiedKFold
        from threadpoolctl import threadpool_limits

        estimator = boosting(self.columns) if self.kind == "boosting" else logistic(self.columns, self.usual)
        if self.kind == "boosting":
            shape = "isotonic" if y.sum() >= ENOUGH_FOR_STEPS else "sigmoid"
            folds = StratifiedKFold(3, shuffle=True, random_state=SEED)
            estimator = CalibratedClassifierCV(estimator, method=shape, cv=folds, ensemble=False)
        with threadpool_limits(1):  # small trees: threads would wait for each other
            self.estimator = estimator.fit(rows, y)
        return self

    def chance(self, rows: Floats) -> Floats:
        """Return the chance of leaving, shape (n,)."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return np.asarray(self.estimator.predict_proba(rows)[:, 1])

    def ranking(self, rows: Floats) -> Floats:
        """Return what orders customers: the chance before calibration, which ties many."""
        inner = getattr(self.estimator, "calibrated_classifiers_", None)
        return np.asarray((inner[0].estimator if inner else self.estimator).predict_proba(rows)[:, 1])

    def because(self, row: Floats, most: int = 3) -> list[Because]:
        """Return the values of one customer (features,) that raise or lower the chance most, the strongest first.

        Each value in turn is replaced by the usual one; values that are the usual one explain nothing.
        """
        changed = np.tile(row, (len(row) + 1, 1))
        changed[np.arange(len(row)), np.arange(len(row))] = self.usual
        chances = self.ranking(changed)
        odds = np.log(np.clip(chances, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(chances, 1e-6, 1 - 1e-6))
        effect = odds[-1] - odds[:-1]
        effect[(row == self.usual) | (np.isnan(row) & np.isnan(self.usual))] = 0
        strongest = [place for place in np.argsort(-np.abs(effect), kind="stable") if abs(effect[place]) > 1e-3]
        return [self._because(int(place), row, chances, effect) for place in strongest[:most]]

    def _because(self, place: int, row: Floats, chances: Floats, effect: Floats) -> Because:
        column = self.columns[place]
        shown, usual = column.shown(float(row[place])), column.shown(float(self.usual[place]))
        return Because(column.name, shown, usual, float(chances[place]), bool(effect[place] > 0))


def boosting(columns: Sequence[Column]) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=120,
        max_leaf_nodes=6,
        min_samples_leaf=40,
        l2_regularization=2.0,
        categorical_features=[one.is_category for one in columns] if columns else None,
        early_stopping=False,
        random_state=SEED,
    )


def logistic(columns: Sequence[Column], usual: Floats) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    def spread(rows: Floats) -> Floats:
        """Return categories as one column a level, unknown numbers as the usual one and a column that says so."""
        parts = []
        for place, column in enumerate(columns):
            own = rows[:, place]
            if column.is_category:
                parts.append(own[:, None] == np.arange(len(column.levels)))
            else:
                parts.append(np.column_stack([np.where(np.isnan(own), usual[place], own), np.isnan(own)]))
        return np.hstack(parts).astype(np.float64)

    return make_pipeline(FunctionTransformer(spread), StandardScaler(), LogisticRegression(C=1.0, max_iter=2000))


def measure(y: NDArray[np.int64], chance: Floats, ranking: Floats) -> Quality:
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

    return Quality(
        float(roc_auc_score(y, ranking)),
        float(average_precision_score(y, ranking)),
        float(brier_score_loss(y, chance)),
        float(log_loss(y, np.clip(chance, 1e-6, 1 - 1e-6))),
    )


def cross_validate(table: Table, *, folds: int = 5) -> Card:
    """Return the card of both models, each row judged by models that had not seen it; figures are means over folds.

    :raises TooFewRows: when a fold would have fewer than LEAST_OF_EACH of an outcome.
    """
    from sklearn.model_selection import StratifiedKFold

    rarer = int(min(table.y.sum(), len(table.y) - table.y.sum()))
    least = LEAST_OF_EACH * folds
    if rarer < least or folds < 2:
        raise TooFewRows(rows=len(table.y), rarer=rarer, folds=folds, least=least)
    leaks = find_leaks(table)
    used = table.only({one.name for one in table.columns} - set(leaks))
    rows, found = used.matrix(), _Folds(len(table.y))
    splits = StratifiedKFold(folds, shuffle=True, random_state=SEED).split(rows, table.y)
    for seen, tried in splits if used.columns else ():
        found.add(used, rows, seen, tried)
    return found.card(used, leaks, f"{folds} folds")


def split_by_time(before: Table, after: Table, *, known_before: bool = False) -> tuple[Card, ChurnModel]:
    """Return the card of models fitted on an earlier day's table and tried on a later day's, and the chosen model.

    :param known_before: every value was computed from what happened before the day, so that none can be a leak,
        however much it tells.

    :raises TooFewRows: when either has fewer than LEAST_OF_EACH of an outcome.
    """
    for one in (before, after):
        rarer = int(min(one.y.sum(), len(one.y) - one.y.sum()))
        if rarer < LEAST_OF_EACH:
            raise TooFewRows(rows=len(one.y), rarer=rarer, folds=1, least=LEAST_OF_EACH)
    leaks = {} if known_before else find_leaks(before)
    kept = {one.name for one in before.columns} - set(leaks)
    early, late = before.only(kept), after.only(kept)
    rows, found = np.vstack([early.matrix(), late.matrix()]), _Folds(len(early.y) + len(late.y))
    whole = Table(early.columns, np.concatenate([early.y, late.y]), early.positive, ())
    found.add(whole, rows, np.arange(len(early.y)), np.arange(len(early.y), len(rows)))
    card = found.card(whole, leaks, "a later day")
    return card, ChurnModel(card.chosen, early.columns).fit(early.matrix(), early.y)


class _Folds:
    """What both models and the naive share said of rows that they had not seen."""

    def __init__(self, rows: int) -> None:
        self.chances = {kind: np.full(rows, np.nan) for kind in ("boosting", "logistic", "naive")}
        self.fold_figures: dict[str, list[Quality]] = {kind: [] for kind in self.chances}

    def add(self, table: Table, rows: Floats, seen: NDArray[np.intp], tried: NDArray[np.intp]) -> None:
        share = np.full(len(tried), table.y[seen].mean())
        self._note("naive", table.y, tried, share, share)
        for kind in ("boosting", "logistic"):
            model = ChurnModel(kind, table.columns).fit(rows[seen], table.y[seen])
            self._note(kind, table.y, tried, model.chance(rows[tried]), model.ranking(rows[tried]))

    def _note(self, kind: str, y: NDArray[np.int64], tried: NDArray[np.intp], chance: Floats, ranking: Floats) -> None:
        self.chances[kind][tried] = chance
        self.fold_figures[kind].append(measure(y[tried], chance, ranking))

    def card(self, table: Table, leaks: Mapping[str, float], tested_on: str) -> Card:
        means = {kind: _mean(figures) for kind, figures in self.fold_figures.items() if figures}
        tried = ~np.isnan(self.chances["naive"])
        y = table.y[tried] if means else table.y
        models = {kind: one for kind, one in means.items() if kind != "naive"}
        chosen = min(models, key=lambda kind: models[kind].log_loss) if models else "naive"
        error = auc_error(models[chosen].auc, y) if models else 0.0
        margin = self._margin(table.y, tried, chosen) if models else None
        reason = _why_not(means, chosen, error, margin)
        bins = calibration(y, self.chances[chosen][tried]) if models else ()
        features = tuple(one.name for one in table.columns)
        return Card(
            len(y), int(y.sum()), features, tested_on, means, chosen, bins, leaks, error, margin, not reason, reason
        )

    def _margin(self, y: NDArray[np.int64], tried: NDArray[np.bool_], chosen: str) -> Margin:
        """Return by how much the squared error is smaller than that of the overall share."""
        naive, ours = (np.square(self.chances[kind][tried] - y[tried]) for kind in ("naive", chosen))
        return paired_margin(naive, ours)


def _mean(figures: Sequence[Quality]) -> Quality:
    rows = np.array([(one.auc, one.average_precision, one.brier, one.log_loss) for one in figures])
    return Quality(*(float(one) for one in rows.mean(axis=0)))


def auc_error(auc: float, y: NDArray[np.int64]) -> float:
    """Return the standard error of an AUC (Hanley & McNeil 1982)."""
    left, stayed = float(y.sum()), float(len(y) - y.sum())
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (left - 1) * (first - auc**2) + (stayed - 1) * (second - auc**2)
    return float(np.sqrt(max(spread, 0.0) / (left * stayed)))


def _why_not(means: Mapping[str, Quality], chosen: str, error: float, margin: Margin | None) -> str:
    if chosen == "naive" or margin is None:
        return "no_features"
    if means[chosen].auc - 2 * error <= 0.5 or not margin.is_proven:
        return "no_better_than_naive"
    return ""


def calibration(y: NDArray[np.int64], chance: Floats, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Return bins of equal size by chance: what was said beside what happened."""
    order = np.array_split(np.argsort(chance, kind="stable"), bins)
    return tuple(CalibrationBin(len(one), float(chance[one].mean()), float(y[one].mean())) for one in order if len(one))

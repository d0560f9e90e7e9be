from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from zhike.analytics.errors import HistoryTooShort, NoSuchAnalysis, NoSuchRun, NotUsable, RunGoesOn
from zhike.analytics.models import CustomerChurn, ModelRun
from zhike.analytics.runs.actions import put_in_use, start_run
from zhike.analytics.runs.registry import Analysis, Outcome, Rows, Task
from zhike.analytics.runs.running import compute_run
from zhike.analytics.said import Said
from zhike.customers.testing import make_customer
from zhike.kit.actor import SYSTEM
from zhike.kit.registry import Registry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, tzinfo=UTC)
FOUND = Outcome({"figure": 7}, 3, date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Outcome | Exception]:
    """What the analysis `trial` finds, run by run."""
    found: list[Outcome | Exception] = []

    def compute(task: Task) -> Outcome:
        answer = found.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    own: Registry[Analysis] = Registry("analyses of a test")
    own.add("trial", Analysis("trial", "Trial", "", "clock", "1", (), compute))
    monkeypatch.setattr("zhike.analytics.runs.actions.analyses", own)
    monkeypatch.setattr("zhike.analytics.runs.running.analyses", own)
    return found


def run() -> ModelRun:
    started = start_run(analysis="trial", as_of=date(2026, 7, 1), by=SYSTEM, at=AT)
    found = compute_run(run_id=started.id)
    assert found is not None
    return ModelRun.objects.get(id=found.id)


def test_what_a_run_found_is_in_use_and_an_earlier_one_can_be_put_back(answers):
    answers += [FOUND, replace(FOUND, card={"figure": 8})]
    first, second = run(), run()
    first.refresh_from_db()
    assert (first.in_use, second.in_use, second.card) == (False, True, {"figure": 8})
    put_in_use(run_id=first.id, by=SYSTEM, at=AT)
    assert list(ModelRun.objects.filter(in_use=True).values_list("id", flat=True)) == [first.id]


def test_a_refused_run_leaves_the_earlier_results_in_use_and_cannot_be_put_in_use(answers):
    answers += [FOUND, replace(FOUND, refused=Said("No better than a guess."))]
    first, second = run(), run()
    first.refresh_from_db()
    assert (second.status, second.problem, second.in_use) == ("refused", "No better than a guess.", False)
    assert first.in_use
    with pytest.raises(NotUsable):
        put_in_use(run_id=second.id, by=SYSTEM, at=AT)


def test_why_a_run_is_not_used_is_said_in_the_readers_language_whatever_the_organisations(answers):
    answers.append(HistoryTooShort(first=date(2026, 6, 1), horizon=90, needed="2026-02-03"))
    refused = run()
    assert refused.facts == {"first": "2026-06-01", "horizon": 90, "needed": "2026-02-03"}
    assert refused.problem.startswith("购买记录从 2026-06-01 开始")
    with override("en"):
        assert refused.problem.startswith("Purchases begin on 2026-06-01; a forecast of 90 days")
    ModelRun.objects.filter(id=refused.id).update(sentence="早先版本的 {text}", facts=None)
    refused.refresh_from_db()
    with override("en"):
        assert refused.problem == "早先版本的 {text}"


def test_a_fault_is_kept_with_the_run_and_raised(answers):
    answers.append(ZeroDivisionError("seventh"))
    started = start_run(analysis="trial", by=SYSTEM, at=AT)
    with pytest.raises(ZeroDivisionError):
        compute_run(run_id=started.id)
    started.refresh_from_db()
    assert (started.status, "重新运行" in started.problem) == ("failed", True)


def test_one_run_of_an_analysis_at_a_time_and_the_results_of_three_are_kept(answers):
    answers += [FOUND] * 5
    start_run(analysis="trial", by=SYSTEM, at=AT)
    with pytest.raises(RunGoesOn):
        start_run(analysis="trial", by=SYSTEM, at=AT)
    assert ModelRun.objects.count() == 1
    compute_run(run_id=ModelRun.objects.get().id)
    for _ in range(4):
        run()
    assert list(ModelRun.objects.order_by("id").values_list("kept", flat=True)) == [False, False, True, True, True]


def test_the_database_holds_one_run_in_use(answers):
    answers.append(FOUND)
    one = run()
    one.id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_unknown_ones_are_refused():
    with pytest.raises(NoSuchAnalysis):
        start_run(analysis="nothing", by=SYSTEM, at=AT)
    with pytest.raises(NoSuchRun):
        put_in_use(run_id=1, by=SYSTEM, at=AT)


def test_a_run_as_of_an_earlier_day_is_kept_beside_the_one_in_use(answers):
    answers += [FOUND, FOUND]
    first = run()
    earlier = start_run(analysis="trial", as_of=date(2026, 3, 1), by=SYSTEM, at=AT)
    compute_run(run_id=earlier.id)
    earlier.refresh_from_db()
    first.refresh_from_db()
    assert (earlier.status, earlier.kept, earlier.in_use, first.in_use) == ("done", True, False, True)


def test_who_was_erased_while_it_ran_is_left_out(answers):
    stays = make_customer("stays")
    columns = ("customer_id", "chance", "value", "at_stake", "reasons")
    values = [(id_, 0.5, 1, 1, "[]") for id_ in (stays.id, stays.id + 1)]
    answers.append(replace(FOUND, rows=(Rows(CustomerChurn, columns, values),)))
    assert run().status == "done"
    assert [one.customer_id for one in CustomerChurn.objects.all()] == [stays.id]

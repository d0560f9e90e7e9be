from typing import Any

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Status

from zhike.accounts.public import needs
from zhike.classification import permissions
from zhike.classification.evaluation.asked_day import find_today
from zhike.classification.evaluation.schedule import run_soon
from zhike.classification.models import Scheme, SchemeVersion
from zhike.classification.schemas import (
    ClassChange,
    ClassIn,
    ClassOut,
    DraftIn,
    NamesIn,
    PreviewIn,
    PreviewOut,
    SchemeIn,
    SchemeOut,
    SchemeRow,
    VersionOut,
)

from . import actions, class_actions, queries
from .previews import SchemePreview, try_draft


def add_operations(router: Router) -> None:
    _add_reading(router)
    _add_editing(router)
    _add_life(router)
    _add_classes(router)


def _add_reading(router: Router) -> None:
    @router.get("/schemes", response=list[SchemeRow], summary="Customer management types")
    @needs(permissions.VIEW)
    def list_schemes(request: HttpRequest) -> Any:
        return queries.list_schemes()

    @router.get("/schemes/{key}", response=SchemeOut, summary="A customer management type")
    @needs(permissions.VIEW)
    def get_scheme(request: HttpRequest, key: str) -> Any:
        return _answer(queries.get_scheme(key=key))

    @router.post("/schemes/{key}/preview", response=PreviewOut, summary="What a change would do")
    @needs(permissions.VIEW)
    def preview(request: HttpRequest, key: str, body: PreviewIn) -> Any:
        """Nothing is kept. Counts cover all customers."""
        find_today(day=body.as_of, at=now())
        found = try_draft(key=key, parameters=body.parameters, rules_by_class=body.rules, as_of=body.as_of)
        return _preview_answer(found)


def _add_editing(router: Router) -> None:
    @router.post("/schemes", response={201: SchemeOut}, summary="Create a management type")
    @needs(permissions.CHANGE)
    def create_scheme(request: HttpRequest, body: SchemeIn) -> Any:
        return Status(201, _answer(actions.create_scheme(**body.dict(), by=request.actor, at=now())))

    @router.patch("/schemes/{key}", response=SchemeOut, summary="Rename a management type")
    @needs(permissions.CHANGE)
    def rename_scheme(request: HttpRequest, key: str, body: NamesIn) -> Any:
        return _answer(actions.rename_scheme(key=key, **body.dict(), by=request.actor, at=now()))

    @router.put("/schemes/{key}/draft", response=VersionOut, summary="Keep changes as a draft")
    @needs(permissions.CHANGE)
    def save_draft(request: HttpRequest, key: str, body: DraftIn) -> Any:
        return actions.save_draft(
            key=key,
            parameters=body.parameters,
            rules_by_class=body.rules,
            seen=body.seen,
            by=request.actor,
            at=now(),
        )

    @router.delete("/schemes/{key}/draft", response={204: None}, summary="Discard the draft")
    @needs(permissions.CHANGE)
    def discard_draft(request: HttpRequest, key: str) -> Any:
        actions.discard_draft(key=key, by=request.actor, at=now())
        return Status(204, None)


def _add_life(router: Router) -> None:
    @router.post("/schemes/{key}/apply", response=VersionOut, summary="Put the draft in force")
    @needs(permissions.CHANGE)
    def apply(request: HttpRequest, key: str) -> Any:
        """The worker reclassifies the customers right after."""
        version = actions.put_draft_in_force(key=key, by=request.actor, at=now())
        run_soon(after=0)
        return version

    @router.post("/schemes/{key}/retire", response=SchemeOut, summary="Retire a management type")
    @needs(permissions.CHANGE)
    def retire(request: HttpRequest, key: str) -> Any:
        actions.retire_scheme(key=key, by=request.actor, at=now())
        return _answer(queries.get_scheme(key=key))

    @router.post("/schemes/{key}/restore", response=SchemeOut, summary="Bring a management type back")
    @needs(permissions.CHANGE)
    def restore(request: HttpRequest, key: str) -> Any:
        scheme = actions.restore_scheme(key=key, by=request.actor, at=now())
        run_soon(after=0)
        return _answer(scheme)


def _add_classes(router: Router) -> None:
    @router.post("/schemes/{key}/classes", response={201: ClassOut}, summary="Add a class")
    @needs(permissions.CHANGE)
    def add_class(request: HttpRequest, key: str, body: ClassIn) -> Any:
        given = body.dict()
        added = class_actions.add_class(
            scheme_key=key,
            key=given["key"],
            name_zh=given["name_zh"],
            name_en=given["name_en"],
            hue=given["hue"],
            by=request.actor,
            at=now(),
        )
        return Status(201, added)

    @router.patch("/classes/{class_id}", response=ClassOut, summary="Rename or recolour a class")
    @needs(permissions.CHANGE)
    def change_class(request: HttpRequest, class_id: int, body: ClassChange) -> Any:
        return class_actions.change_class(class_id=class_id, **body.dict(), by=request.actor, at=now())

    @router.post("/classes/{class_id}/retire", response=ClassOut, summary="Retire a class")
    @needs(permissions.CHANGE)
    def retire_class(request: HttpRequest, class_id: int) -> Any:
        return class_actions.retire_class(class_id=class_id, by=request.actor, at=now())


def _answer(scheme: Scheme) -> dict[str, Any]:
    names = (
        "id",
        "key",
        "name",
        "name_zh",
        "name_en",
        "meaning",
        "kind",
        "overlapping",
        "status",
        "built_in",
        "version",
    )
    return {name: getattr(scheme, name) for name in names} | {
        "classes": queries.list_classes(scheme_id=scheme.id),
        "in_force": _version(queries.get_version(scheme=scheme)),
        "draft": _version(queries.find_draft(scheme=scheme)),
        "draft_mark": queries.draft_mark(scheme=scheme),
    }


def _version(version: SchemeVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {name: getattr(version, name) for name in ("number", "parameters", "rules", "applied_at")}


def _preview_answer(found: SchemePreview) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "customers": found.customers,
        "classes": [{"key": one.key, "customers": then, "now": now_in} for one, then, now_in in found.rows],
        "moves": [
            {
                "before": move.before.key if move.before else None,
                "after": move.after.key if move.after else None,
                "customers": move.count,
            }
            for move in found.moves
        ],
        "moved": found.moved,
        "seconds": round(found.seconds, 4),
    }

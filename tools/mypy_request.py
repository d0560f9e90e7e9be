"""A plugin for mypy: requests carry what our middleware puts on them, `actor` and `htmx`."""

from collections.abc import Callable

from mypy.nodes import MDEF, SymbolTableNode, Var
from mypy.plugin import ClassDefContext, Plugin
from mypy.types import AnyType, TypeOfAny

ADDED = ("actor", "htmx")


class RequestPlugin(Plugin):
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return add_attributes if fullname == "django.http.request.HttpRequest" else None


def add_attributes(context: ClassDefContext) -> None:
    info = context.cls.info
    for name in ADDED:
        if name not in info.names:
            attribute = Var(name, AnyType(TypeOfAny.explicit))
            attribute.info = info
            attribute._fullname = f"{info.fullname}.{name}"
            info.names[name] = SymbolTableNode(MDEF, attribute, plugin_generated=True)


def plugin(_version: str) -> type[Plugin]:
    return RequestPlugin

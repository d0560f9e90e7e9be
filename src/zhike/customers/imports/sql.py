"""Putting SQL for the working file together. Parts are names and expressions of our own; a file's texts never are."""

from string import Template


def fill(template: str, **parts: str) -> str:
    """Return `template` with each `$name` replaced by the part of that name."""
    return Template(template).substitute(parts)


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'

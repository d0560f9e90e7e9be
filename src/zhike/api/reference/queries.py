"""The OpenAPI as a page shows it: operations by room, their inputs and answers, without references."""

from collections.abc import Mapping
from typing import Any

type Schema = Mapping[str, Any]
type Field = dict[str, Any]
type Words = Mapping[str, object]


def describe_reference(
    openapi: Schema, *, introduction: object, tags: Words | None = None, summaries: Words | None = None
) -> dict[str, Any]:
    """Return what the reference page shows: `sections` by tag, each operation with its fields spelled out.

    `tags` and `summaries` say what the English ones of the OpenAPI are in the reader's language.

    `introduction` is text with `code` in backticks: it becomes (text, whether it is code) parts.
    """
    sections: dict[str, list[dict[str, Any]]] = {}
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", [""])[0]
            shown = _operation(openapi, path, method, operation)
            shown["summary"] = str((summaries or {}).get(shown["summary"], shown["summary"]))
            sections.setdefault(tag, []).append(shown)
    return {
        "introduction": [(part, place % 2 == 1) for place, part in enumerate(str(introduction).split("`"))],
        "sections": [
            {"tag": tag, "title": str((tags or {}).get(tag, tag)), "operations": operations}
            for tag, operations in sections.items()
        ],
    }


def _operation(openapi: Schema, path: str, method: str, operation: Schema) -> dict[str, Any]:
    body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
    answers = [
        {"status": status, "fields": _fields(openapi, _content(answer))}
        for status, answer in operation["responses"].items()
        if status != "default"
    ]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "permission": operation.get("x-permission", ""),
        "parameters": [_parameter(openapi, one) for one in operation["parameters"]],
        "body_type": body[0] if body else "",
        "body": _fields(openapi, body[1].get("schema", {})) if body else [],
        "answers": answers,
    }


def _content(answer: Schema) -> Schema:
    for content in answer.get("content", {}).values():
        schema: Schema = content.get("schema", {})
        return schema
    return {}


def _parameter(openapi: Schema, parameter: Schema) -> Field:
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "type": _type(openapi, parameter["schema"]),
        "required": parameter.get("required", False),
        "about": parameter.get("description", ""),
    }


def _fields(openapi: Schema, schema: Schema, depth: int = 0) -> list[Field]:
    """Return the fields of an object or of the objects in a list, nested ones with a dotted name."""
    schema = _resolve(openapi, schema)
    if schema.get("type") == "array":
        return _fields(openapi, schema.get("items", {}), depth)
    fields: list[Field] = []
    for name, one in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        about = one.get("description", "")
        fields.append({"name": name, "type": _type(openapi, one), "required": required, "about": about})
        if depth < 3:
            nested = _fields(openapi, _plain_part(openapi, one), depth + 1)
            fields += [{**inner, "name": f"{name}.{inner['name']}"} for inner in nested]
    return fields


def _resolve(openapi: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _plain_part(openapi: Schema, schema: Schema) -> Schema:
    """Return the part of a nullable schema that is not null."""
    parts = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return _resolve(openapi, parts[0] if parts else schema)


def _type(openapi: Schema, schema: Schema) -> str:
    if "anyOf" in schema:
        return " | ".join(_type(openapi, one) for one in schema["anyOf"])
    schema = _resolve(openapi, schema)
    if "enum" in schema:
        return " | ".join(f'"{one}"' for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(openapi, schema.get('items', {}))}]"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind

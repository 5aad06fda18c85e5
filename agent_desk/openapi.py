"""The OpenAPI 3.1 description of the operations."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import TypeAdapter

from agent_desk.operation import Nothing, Operation

NUMBERS = frozenset({"number", "version"})
"""Parts of a path that are numbers."""
HEADER = re.compile("^[!-~]{1,200}$")
"""What stands in a header that an operation asks for."""
MOST_NUMBER = 999_999_999
"""Largest number in a path."""
_Mode = Literal["validation", "serialization"]
_STATUS = {
    401: "没有出示密钥,或密钥不对",
    403: "这个角色不能做",
    404: "没有找到",
    409: "与现在的状态不符,或别人已经改动",
    413: "内容太大",
    422: "请求有误",
    429: "任务太多,稍后再试",
    503: "记录库或语音合成暂时不可用",
}
_EVERYWHERE = (401, 422, 503)
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error", "sentence", "facts"],
    "properties": {
        "error": {"type": "string"},
        "sentence": {"type": "string", "description": "给用户看的一句话"},
        "facts": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}


def describe(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Return the description of `operations` as JSON data."""
    schemas, parts = _schemas(operations)
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "12345 热线工作台", "version": version},
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR, **parts},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


_Schemas = dict[tuple[str, _Mode], dict[str, Any]]


def _schemas(operations: Sequence[Operation]) -> tuple[_Schemas, dict[str, Any]]:
    """Return the schema of each body and answer by the operation's name, and the parts that they refer to."""
    wanted: list[tuple[str, _Mode, TypeAdapter[Any]]] = []
    for operation in operations:
        if operation.body:
            wanted.append((operation.name, "validation", TypeAdapter(operation.body)))
        if not operation.media:
            wanted.append((operation.name, "serialization", TypeAdapter(operation.answer)))
    made, rest = TypeAdapter.json_schemas(wanted, ref_template="#/components/schemas/{model}")
    return dict(made), rest.get("$defs", {})


def _operation(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": list(operation.tags),
        "parameters": [*_path_parameters(operation), *_header(operation), *_query_parameters(operation)],
        "responses": {str(operation.status): _answer(operation, schemas)},
    }
    for status in sorted({*_EVERYWHERE, *operation.refusals, *((413,) if operation.raw or operation.body else ())}):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        told["responses"][str(status)] = {"description": _STATUS[status], "content": content}
    if operation.raw:
        binary = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
        told["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
    elif operation.body:
        schema = schemas[operation.name, "validation"]
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return told


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _part(name, operation)}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _part(name: str, operation: Operation) -> dict[str, Any]:
    if name in NUMBERS:
        return {"type": "integer", "minimum": 1, "maximum": MOST_NUMBER}
    if name in operation.choices:
        return {"type": "string", "enum": list(operation.choices[name])}
    return {"type": "string", "minLength": 1}


def _header(operation: Operation) -> list[dict[str, Any]]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": HEADER.pattern}
    return (
        [{"name": operation.header, "in": "header", "required": True, "schema": schema}] if operation.header else []
    )


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is Nothing:
        return []
    schema = operation.query.model_json_schema()
    required = set(schema.get("required", ()))
    inline = schema.get("$defs", {})
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": _without_reference(kind, inline),
        }
        for name, kind in schema["properties"].items()
    ]


def _without_reference(kind: dict[str, Any], inline: dict[str, Any]) -> dict[str, Any]:
    """The schema of a query parameter, which is left out rather than null."""
    (one, *more) = [part for part in kind.get("anyOf", [kind]) if part.get("type") != "null"]
    if more:
        raise ValueError("a query parameter has one type")
    return dict(inline[one["$ref"].rpartition("/")[2]] if "$ref" in one else one)


def _answer(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    if operation.media:
        binary = {"type": "string", "format": "binary"}
        content = {
            media: {"schema": {"type": "object"} if media == "application/json" else binary}
            for media in operation.media
        }
        return {"description": "文件", "content": content}
    schema = schemas[operation.name, "serialization"]
    return {"description": "结果", "content": {"application/json": {"schema": schema}}}

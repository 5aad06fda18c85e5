"""The OpenAPI 3.1 description of the operations."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from agent_desk.operation import Nothing, Operation

_REF = "#/components/schemas/{model}"
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
    schemas: dict[str, Any] = {"Error": _ERROR}
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "12345 热线工作台", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": list(operation.tags),
        "parameters": [*_path_parameters(operation.path), *_query_parameters(operation)],
        "responses": {str(operation.status): _answer(operation, schemas)},
    }
    for status in sorted({*_EVERYWHERE, *operation.refusals, *((413,) if operation.raw or operation.body else ())}):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        told["responses"][str(status)] = {"description": _STATUS[status], "content": content}
    if operation.raw:
        binary = {"schema": {"type": "string", "format": "binary"}}
        told["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
    elif operation.body:
        schema = _schema(operation.body, schemas, "validation")
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return told


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", path)
    integer = {"number", "version"}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1} if name in integer else {"type": "string", "minLength": 1},
        }
        for name in names
    ]


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
            "schema": inline[kind["$ref"].rpartition("/")[2]] if "$ref" in kind else kind,
        }
        for name, kind in schema["properties"].items()
    ]


def _answer(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    if isinstance(operation.answer, str):
        content = {operation.answer: {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "文件", "content": content}
    schema = _schema(operation.answer, schemas, "serialization")
    return {"description": "结果", "content": {"application/json": {"schema": schema}}}


def _schema(kind: Any, schemas: dict[str, Any], mode: Any) -> dict[str, Any]:
    """Return the schema of `kind`; what it refers to goes into `schemas`."""
    made = TypeAdapter(kind).json_schema(mode=mode, ref_template=_REF)
    for name, part in made.pop("$defs", {}).items():
        if schemas.setdefault(name, part) != part:
            raise ValueError(f"two schemas are called {name}")
    return made

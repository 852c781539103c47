"""The OpenAPI 3.1 document of the JSON API, made from the calls and their answers."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from nbcredit.domain.permissions import MATRIX
from nbcredit.runtime.all_answers import KINDS, answered_by
from nbcredit.wire.calls import Call, Problem

_REFS: Final = "#/components/schemas/{model}"
_OURS: Final = ("caller", "call")
_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": _REFS.format(model="Problem")}}}
_REFUSALS: Final = {
    "400": "请求的内容不符合要求",
    "401": "没有有效的登录或令牌，或者证书与之不符",
    "403": "没有这项权限",
    "404": "没有找到，或者不属于调用者",
    "409": "与现状冲突",
    "413": "请求正文超过 1 MB",
    "415": "请求正文不是 application/json",
    "503": "暂时不可用，请按 Retry-After 重试",
}
_TOKEN_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["grant_type", "client_id"],
    "properties": {
        "grant_type": {"const": "client_credentials"},
        "client_id": {"type": "string", "minLength": 1},
    },
}
_TOKEN: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer"},
    },
}
_TOKEN_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "enum": ["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]
        },
        "error_description": {"type": "string"},
    },
}


@cache
def document() -> dict[str, Any]:
    """Return the document; the same for the same code."""
    told = _told()
    schemas = _schemas(told)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "宁波市公共信用信息平台：工作网站接口",
            "version": "1",
            "description": "每个操作都是一次 POST。连接须出示本平台签发的客户端证书；"
            "系统用证书绑定的令牌（RFC 8705），人员用登录后的会话和 X-CSRF-Token。",
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/oauth/token": {"post": _token()},
            **{f"/api/{name}": {"post": _operation(name, *told[name])} for name in sorted(told)},
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "certificate": {"type": "mutualTLS"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _told() -> Mapping[str, tuple[type[Call], type[BaseModel]]]:
    """Return the call and the view of each name that the matrix has."""
    found: dict[str, tuple[type[Call], type[BaseModel]]] = {}
    for kind in KINDS:
        for call, answer in answered_by(kind).items():
            name = call.model_fields["call"].default
            if name in MATRIX:
                found[name] = (call, get_type_hints(answer)["return"])
    return found


def _schemas(told: Mapping[str, tuple[type[Call], type[BaseModel]]]) -> dict[str, Any]:
    inputs = [(call, "validation") for call, _ in told.values()]
    outputs = [(view, "serialization") for _, view in told.values()]
    models: Any = [*inputs, *outputs, (Problem, "serialization")]
    _, defined = models_json_schema(models, ref_template=_REFS)
    schemas: dict[str, Any] = dict(sorted(defined["$defs"].items()))
    for call, _ in told.values():
        schema = schemas[call.__name__]
        schema["properties"] = {
            name: each for name, each in schema["properties"].items() if name not in _OURS
        }
        schema["required"] = [each for each in schema.get("required", []) if each not in _OURS]
    schemas.pop("Caller", None)
    return schemas


def _operation(name: str, call: type[Call], view: type[BaseModel]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": MATRIX[name].permission.label,
        "description": (call.__doc__ or "").strip(),
        "security": [{"certificate": [], "token": []}],
        "requestBody": {"required": True, "content": _json(call.__name__)},
        "responses": {
            "200": {"description": "办理结果", "content": _json(view.__name__)},
            **{
                status: {"description": words, "content": _PROBLEM}
                for status, words in _REFUSALS.items()
            },
        },
    }


def _token() -> dict[str, Any]:
    return {
        "operationId": "token",
        "summary": "系统取得访问令牌",
        "security": [{"certificate": []}],
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": _TOKEN_FORM}},
        },
        "responses": {
            "200": {"description": "令牌", "content": {"application/json": {"schema": _TOKEN}}},
            "400": {
                "description": "请求有误",
                "content": {"application/json": {"schema": _TOKEN_ERROR}},
            },
            "401": {
                "description": "证书与系统账号不符",
                "content": {"application/json": {"schema": _TOKEN_ERROR}},
            },
        },
    }


def _json(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REFS.format(model=model)}}}

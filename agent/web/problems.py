"""Errors as `application/problem+json` (RFC 9457): one shape, one stable `code` for each reaction.

`detail` is a Chinese sentence; it never repeats what was sent, which may name a citizen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from agent.ledger import ConflictError
from agent.web.words import field_message, sentence, title
from models.errors import InputError, KnowledgeError, XiaozhengError
from models.record import Record

MEDIA_TYPE = "application/problem+json"
_STATUS_OF_CODE = {"not_found": 404, "conflict": 409, "sign_in": 401, "queue_full": 503}
_CODE_OF_STATUS = {
    400: "bad_request",
    401: "login_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "media_type",
    422: "unusable",
    429: "rate_limited",
    503: "busy",
}


class FieldProblem(Record):
    """One field that cannot be used."""

    where: str = Field(examples=["body.text"])
    message: str


class Problem(Record):
    """An error (RFC 9457). `code` is stable: programs decide by it, people read `detail`."""

    type: Literal["about:blank"] = "about:blank"
    title: str = Field(examples=["找不到"])
    status: int = Field(ge=400, le=599, examples=[404])
    code: str = Field(examples=["not_found"])
    detail: str = ""
    current: str = Field(default="", description="with `conflict`: the id of what stands there now")
    errors: tuple[FieldProblem, ...] = ()


class ProblemError(Exception):
    """Stops a request with a problem."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, dict(headers or {})


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    current: str = "",
    errors: tuple[FieldProblem, ...] = (),
) -> Response:
    """The response of an error."""
    said = sentence(code, status, detail)
    body = Problem(title=title(status), status=status, code=code, detail=said, current=current, errors=errors)
    return Response(body.model_dump_json(), status, dict(headers or {}), MEDIA_TYPE)


def responses(*statuses: int) -> dict[int | str, dict[str, object]]:
    """What a route declares in OpenAPI: these errors, and those that any request can meet."""
    found: dict[int | str, dict[str, object]] = {}
    for status in sorted({400, 401, 403, 413, 422, 429, *statuses}):
        code = _CODE_OF_STATUS[status]
        example = {"type": "about:blank", "title": title(status), "status": status, "code": code}
        example["detail"] = sentence(code, status)
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
        found[status] = {"description": title(status), "content": content}
    return found


def handle_errors(app: FastAPI) -> None:
    """Turn every error that a route can raise into a problem."""
    app.add_exception_handler(ProblemError, _stopped)
    app.add_exception_handler(XiaozhengError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _stopped(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem(error.status, error.code, error.detail, headers=error.headers)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, XiaozhengError)
    current = error.current if isinstance(error, ConflictError) else ""
    return problem(status_of(error), error.code, str(error), current=current)


async def _invalid(request: Request, error: Exception) -> Response:
    """Names the field and what is wrong with it, and leaves out what was sent."""
    assert isinstance(error, RequestValidationError)
    fields = tuple(
        FieldProblem(
            where=".".join(str(part) for part in found["loc"]),
            message=field_message(found["type"], found.get("ctx", {})),
        )
        for found in error.errors()[:20]
    )
    return problem(422, "unusable", "请求与接口的约定不符，见 errors。", errors=fields)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODE_OF_STATUS.get(error.status_code, "error")
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


def status_of(error: XiaozhengError | ProblemError) -> int:
    """The HTTP status of an error raised on purpose."""
    if isinstance(error, ProblemError):
        return error.status
    if error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    if isinstance(error, InputError | KnowledgeError):
        return 422
    return 503

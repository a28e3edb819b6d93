"""The API against its own OpenAPI text: whatever is sent, the answer is described there, and never a fault."""

from __future__ import annotations

from typing import TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.agent.web.fakes import serve

AnyCase: TypeAlias = "schemathesis.Case[object]"
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    ("POST", "/api/v1/triage"),
    ("GET", "/api/v1/matters/{matter_id}"),
    ("POST", "/api/v1/matters/{matter_id}/decisions"),
    ("POST", "/api/v1/matters/{matter_id}/outcomes"),
    ("GET", "/api/v1/reviews"),
    ("POST", "/api/v1/reviews"),
    ("POST", "/api/v1/score"),
    ("GET", "/api/v1/score/{job_id}"),
    ("GET", "/api/v1/score/{job_id}/result"),
    ("DELETE", "/api/v1/score/{job_id}"),
    ("GET", "/api/v1/search"),
    ("GET", "/api/v1/similar"),
    ("POST", "/api/v1/cite-check"),
    ("GET", "/api/v1/me"),
    ("GET", "/healthz"),
    ("GET", "/healthz/live"),
    ("GET", "/metrics"),
]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> OpenApiSchema:
    """The server's text, read by an administrator, whose token goes with every request."""
    folder = tmp_path_factory.mktemp("inbox")
    result = folder / "result.csv"
    result.write_text("id\n1\n", encoding="utf-8")
    server = serve(folder)
    server.desk.strict, server.jobs.always = False, result  # every id is known, so that answers are tried too
    headers = {"Authorization": f"Bearer {server.tokens['admin']}"}
    schema = schemathesis.openapi.from_asgi("/openapi.json", server.app, headers=headers)
    schema.config.update(headers=headers)
    return schema


def test_every_operation_is_tried(described: OpenApiSchema) -> None:
    """A new one must be entered above."""
    paths: dict[str, dict[str, object]] = described.raw_schema["paths"]
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method}-{path}" for method, path in OPERATIONS])
def test_every_answer_is_described(described: OpenApiSchema, method: str, path: str) -> None:
    """No 5xx, no undeclared status or media type, and every body fits its schema; some requests succeed."""
    seen: set[int] = set()

    @settings(
        max_examples=8,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described[path][method].as_strategy())
    def holds(case: AnyCase) -> None:
        response = case.call()
        seen.add(response.status_code)
        assert response.status_code < 500, response.text
        case.validate_response(response, checks=CHECKS)

    holds()
    assert seen & {200, 201, 202} or path == "/api/v1/score"  # no generated file name has one of our endings

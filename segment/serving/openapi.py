"""The service's OpenAPI document: the models of the contract, and the features of this version."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from segment import __version__
from segment.serving import contract
from segment.snapshot import Snapshot
from segment.snapshot.features import LARGEST, LONGEST_TEXT, Feature
from segment.snapshot.scorers import Scorer

_ANSWERS: tuple[type[BaseModel], ...] = (
    contract.Health,
    contract.Problem,
    contract.Segmentations,
    contract.Segments,
    contract.OneSegment,
    contract.CustomerAnswer,
    contract.ScoreAnswer,
)
_SAID = {
    400: "The request cannot be read, or is meant for another host.",
    401: "The token is missing or wrong.",
    404: "There is nothing with that name.",
    405: "This method is not supported.",
    413: "The request is too large.",
    415: "The body must be JSON.",
    422: "Something in the request is wrong; the error says what.",
    500: "The service failed; its log has the details.",
}
Parameter = dict[str, Any]


def openapi(snapshot: Snapshot, *, with_token: bool) -> dict[str, Any]:
    """Write the document for a published version."""
    modes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (contract.ScoreRequest, "validation"),
        *((model, "serialization") for model in _ANSWERS),
    ]
    _, described = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = described["$defs"]
    schemas["ScoreRequest"] = _score_schema(snapshot, schemas)
    schemas.pop("Customer")
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Customer segments", "version": __version__},
        "paths": _paths(snapshot),
        "components": {"schemas": schemas},
    }
    if with_token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        document["paths"]["/healthz"]["get"]["security"] = []
    return document


def _paths(snapshot: Snapshot) -> dict[str, Any]:
    names = list(snapshot.scorers)
    segmentation: Parameter = {"schema": {"type": "string", "enum": names}, "required": True}
    html = {"200": {"description": "The report.", "content": {"text/html": {}}}}
    document = {"200": {"description": "This.", "content": {"application/json": {}}}}
    return {
        "/": {"get": {"operationId": "report", "responses": html | _problems(401)}},
        "/healthz": _get("health", contract.Health),
        "/openapi.json": {
            "get": {"operationId": "openapi", "responses": document | _problems(401)}
        },
        "/api/segmentations": _get("segmentations", contract.Segmentations, 401),
        "/api/segments": _get(
            "segments",
            contract.Segments,
            *(401, 404, 422),
            parameters=[{**segmentation, "name": "segmentation", "in": "query", "required": False}],
        ),
        "/api/segments/{segmentation}/{segment_id}": _get(
            "segment",
            contract.OneSegment,
            *(401, 404),
            parameters=[
                {**segmentation, "name": "segmentation", "in": "path"},
                {
                    "name": "segment_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "integer", "minimum": 0},
                },
            ],
        ),
        "/api/customers/{customer_id}": _get(
            "customer",
            contract.CustomerAnswer,
            *(401, 404),
            parameters=[
                {
                    "name": "customer_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "minLength": 1},
                }
            ],
        ),
        "/api/score": {
            "post": {
                "operationId": "score",
                "requestBody": {"required": True, **_content("ScoreRequest")},
                "responses": {"200": {"description": "Scores.", **_content("ScoreAnswer")}}
                | _problems(401, 404, 413, 415, 422),
            }
        },
    }


def _get(
    name: str,
    model: type[BaseModel],
    *problems: int,
    parameters: list[Parameter] | None = None,
) -> dict[str, Any]:
    responses = {"200": {"description": str(model.__doc__), **_content(model.__name__)}}
    operation = {"operationId": name, "responses": responses | _problems(*problems)}
    return {"get": operation | ({"parameters": parameters} if parameters else {})}


def _problems(*statuses: int) -> dict[str, Any]:
    return {
        str(status): {"description": _SAID[status], **_content("Problem")}
        for status in (400, 405, *statuses, 500)
    }


def _content(model: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model}"}
    return {"content": {"application/json": {"schema": schema}}}


def _score_schema(snapshot: Snapshot, schemas: dict[str, Any]) -> dict[str, Any]:
    """Describe a request for each segmentation: which features it needs, and of which kinds."""
    scorers = [one for one in snapshot.scorers.values() if isinstance(one, Scorer)]
    base: dict[str, Any] = schemas["ScoreRequest"]
    customer: dict[str, Any] = schemas["Customer"]
    known = {
        name: _value_schema(feature)
        for name, feature in snapshot.features.items()
        if feature.kind is not None
    }
    variants = []
    for scorer in scorers:
        features = {
            "type": "object",
            "properties": known,
            "required": [column.name for column in scorer.columns],
            "additionalProperties": False,
        }
        one = {**customer, "properties": {**customer["properties"], "features": features}}
        customers = {**base["properties"]["customers"], "items": one}
        variants.append(
            {
                **base,
                "title": f"ScoreRequest of {scorer.segmentation}",
                "properties": {
                    "segmentation": {"type": "string", "const": scorer.segmentation},
                    "customers": customers,
                },
                "required": ["customers"] if len(scorers) == 1 else ["segmentation", "customers"],
            }
        )
    return {"oneOf": variants} if variants else {**base, "not": {}}


def _value_schema(feature: Feature) -> dict[str, Any]:
    match feature.kind:
        case "whole number":
            kind, bounds = "integer", _bounds(feature)
        case "number":
            kind, bounds = "number", _bounds(feature)
        case "text":
            kind, bounds = "string", {"maxLength": LONGEST_TEXT, "pattern": "^[^\\x00]*$"}
        case "boolean":
            kind, bounds = "boolean", {}
        case "date":
            kind, bounds = "string", {"format": "date"}
        case _:
            kind, bounds = "string", {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?$"}
    return {"type": [kind, "null"], **bounds}


def _bounds(feature: Feature) -> dict[str, Any]:
    largest = min(int(feature.largest), LARGEST)
    return {"minimum": 0 if feature.smallest == 0 else -largest, "maximum": largest}

"""The service's addresses: what is checked before an answer, and how errors are returned."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

from flask import Flask, Request, Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from segment.errors import SegmentError
from segment.serving import contract
from segment.serving.access import Access
from segment.serving.openapi import openapi
from segment.serving.pages import no_report
from segment.serving.store import Report, Served, Store
from segment.snapshot import answers
from segment.snapshot.features import ScoreError
from segment.snapshot.scorers import NotScorableError
from segment.snapshot.scoring import score

LARGEST_BODY = 1_000_000  # bytes

_PUBLIC = ("/healthz",)  # answered without a token
_TOLD = {
    400: ("The request cannot be read.", None),
    404: ("There is nothing at this address.", "/openapi.json describes the addresses."),
    405: (
        "This address does not support that method.",
        "The header Allow lists the methods it supports.",
    ),
    413: (f"The request has more than {LARGEST_BODY:,} bytes.", "Send fewer customers at once."),
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class RequestError(Exception):
    """A request that is refused, and with which status."""

    def __init__(self, status: int, message: str, hint: str | None = None) -> None:
        self.status, self.message, self.hint = status, message, hint
        super().__init__(message)


def make_app(store: Store, access: Access) -> Flask:
    """Make the WSGI application.

    Parameters
    ----------
    store
        Says which version is served.
    access
        Says who may ask.

    """
    app = Flask("segment.serving", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # an id may have them
    _add_checks(app, access)
    _add_pages(app, store, access)
    _add_reading(app, store)
    _add_scoring(app, store)
    _add_mistakes(app)
    return app


# ------------------------------------------------------------------------------ addresses


def _add_pages(app: Flask, store: Store, access: Access) -> None:
    @app.get("/")
    def report() -> Response:
        served = store.current()
        found = store.report(served)
        if found is None:
            page = Report.of(no_report(served.snapshot.version).encode())
            return _page(page, status=404)
        return _page(found, status=200)

    @app.get("/healthz")
    def health() -> Response:
        version = store.current().snapshot.version
        return _answer(
            contract.Health(
                status="ok",
                version=version.id,
                as_of_date=version.as_of_date,
                published_at=version.published_at,
                warning=store.warning,
            )
        )

    @app.get("/openapi.json")
    def document() -> Response:
        described = openapi(store.current().snapshot, with_token=access.token is not None)
        return _json(json.dumps(described))


def _add_reading(app: Flask, store: Store) -> None:
    @app.get("/api/segmentations")
    def segmentations() -> Response:
        _only_parameters()
        served = store.current()
        found = answers.segmentations(served.snapshot)
        return _answer(contract.Segmentations(segmentations=_all(found), **_of(served)))

    @app.get("/api/segments")
    def segments() -> Response:
        _only_parameters("segmentation")
        served = store.current()
        found = answers.segments(served.snapshot, request.args.get("segmentation"))
        return _answer(contract.Segments(segments=_all(found), **_of(served)))

    @app.get("/api/segments/<segmentation>/<int:segment_id>")
    def segment(segmentation: str, segment_id: int) -> Response:
        _only_parameters()
        served = store.current()
        found = answers.segment(served.snapshot, segmentation, segment_id)
        return _answer(contract.OneSegment(**found, **_of(served)))

    @app.get("/api/customers/<path:customer_id>")
    def customer(customer_id: str) -> Response:
        _only_parameters()
        served = store.current()
        found = answers.customer(served.snapshot, customer_id)
        places = [contract.Place.model_validate(one) for one in found]
        return _answer(
            contract.CustomerAnswer(customer_id=customer_id, segmentations=places, **_of(served))
        )


def _add_scoring(app: Flask, store: Store) -> None:
    @app.post("/api/score")
    def score_customers() -> Response:
        _only_parameters()
        asked = _read_request(request)
        served = store.current()
        customers = [(one.id, one.features) for one in asked.customers]
        scorer, scores = score(served.snapshot, asked.segmentation, customers)
        found = [
            contract.Score(
                id=one.customer_id,
                segment_id=one.segment_id,
                segment_name=one.segment_name,
                distance=one.distance,
                second_segment_id=one.second_segment_id,
                second_segment_name=one.second_segment_name,
                second_distance=one.second_distance,
                confidence=one.confidence,
            )
            for one in scores
        ]
        return _answer(
            contract.ScoreAnswer(
                segmentation=scorer.segmentation,
                model_id=scorer.model_id,
                customers=found,
                **_of(served),
            )
        )


# -------------------------------------------------------------------- requests and answers


def _read_request(given: Request) -> contract.ScoreRequest:
    """Read customers; numbers keep the digits that they are written with."""
    if given.mimetype != "application/json":
        raise RequestError(415, "Send customers as JSON.", "Send application/json.")
    try:
        body = json.loads(given.get_data(), parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise RequestError(400, "The body is not JSON.") from None
    try:
        return contract.ScoreRequest.model_validate(body)
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_context=False, include_input=False)
        place = ".".join(str(part)[:80] for part in first["loc"]) or "the body"
        raise RequestError(422, f"In {place}: {first['msg']}.") from None


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)


def _only_parameters(*known: str) -> None:
    for name in request.args:
        if name not in known:
            hint = f"It takes {', '.join(known) or 'none'}."
            raise RequestError(422, f"There is no parameter {name[:80]!a} here.", hint)
        if len(request.args.getlist(name)) > 1:
            raise RequestError(422, f"The parameter {name} is given more than once.")


def _of(served: Served) -> dict[str, Any]:
    version = served.snapshot.version
    return {"version": version.id, "as_of_date": version.as_of_date}


def _all(rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401 (pydantic makes models of them)
    return rows


def _answer(model: BaseModel, status: int = 200) -> Response:
    return _json(model.model_dump_json(), status)


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="application/json")


def _page(report: Report, status: int) -> Response:
    response = Response(report.content, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = report.policy
    response.headers["Cache-Control"] = "private, no-cache"
    if status == 200:  # noqa: PLR2004 (found)
        response.set_etag(report.etag)
        response.make_conditional(request)
    return response


# ------------------------------------------------------------------------------- mistakes


def _add_checks(app: Flask, access: Access) -> None:
    @app.before_request
    def check() -> Response | None:
        if not access.is_our_host(request.host):
            raise RequestError(
                400,
                "This service answers on this machine only.",
                "To reach it under another name, start it with a token.",
            )
        if request.path in _PUBLIC or access.is_allowed(request.headers.get("Authorization")):
            return None
        problem = _problem(401, "A token is needed.", "Send it as Authorization: Bearer TOKEN.")
        # a browser then asks for a password, which is the token
        scheme = "Basic" if request.path == "/" else "Bearer"
        problem.headers["WWW-Authenticate"] = f'{scheme} realm="segment"'
        return problem

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _add_mistakes(app: Flask) -> None:
    def told(status: int) -> Callable[[SegmentError], Response]:
        return lambda error: _problem(status, error.message, error.hint)

    app.register_error_handler(SegmentError, told(404))
    app.register_error_handler(ScoreError, told(422))
    app.register_error_handler(NotScorableError, told(422))

    @app.errorhandler(RequestError)
    def refused(error: RequestError) -> Response:
        return _problem(error.status, error.message, error.hint)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            status = error.code or 500
            message, hint = _TOLD.get(status, (f"{error.name}.", None))
            problem = _problem(status, message, hint)
            if allowed := error.get_response().headers.get("Allow"):
                problem.headers["Allow"] = allowed
            return problem
        app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return _problem(500, "The service failed.", "Its log has the details.")


def _problem(status: int, message: str, hint: str | None = None) -> Response:
    return _answer(contract.Problem(error=message, hint=hint), status)

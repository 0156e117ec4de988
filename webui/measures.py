"""What Prometheus reads: how many requests, how they ended, how long they took.

Labels are route templates and status classes, never ids, names or texts (SECURITY W7).
"""

from __future__ import annotations

import time
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

REQUESTS: Final = Counter("smartbcc_http_requests_total", "Requests answered", ("route", "method", "status"))
SECONDS: Final = Histogram("smartbcc_http_request_seconds", "Time to answer", ("route",))
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"})


def measure(app: Flask) -> None:
    """Count and time every request."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    # A label for each path that a stranger makes up would grow without end.
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, f"{response.status_code // 100}xx").inc()
    if (began := g.pop("began", None)) is not None:
        SECONDS.labels(route).observe(time.perf_counter() - began)
    return response

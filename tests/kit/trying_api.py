"""Schemathesis over the whole specification, in one process and with a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CheckFunction
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

LEFT_OUT: Final[list[CheckFunction]] = [
    # What is an address, a cursor of this list, a name that is free, no schema says: such fields are answered with 422.
    positive_data_acceptance,
]
SETTINGS: Final[dict[str, Any]] = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}


def findings(app: Flask, token: str, *, examples: int) -> Iterator[str]:
    """Try every operation with so many examples of each mode; give what is wrong, an operation and mode each once."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                strategy = operation.as_strategy(generation_mode=mode)
            except Exception as none:
                if type(none).__name__ != "Unsatisfiable":
                    raise
                continue

            @settings(max_examples=examples, **SETTINGS)
            @given(case=strategy)
            def attempt(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=LEFT_OUT)

            try:
                attempt()
            except (Failure, FailureGroup) as failed:
                yield f"{operation.label} {mode.value}: {_told(failed)}"
            except Exception as failed:
                if type(failed).__name__ != "Unsatisfiable":
                    yield f"{operation.label} {mode.value}: {type(failed).__name__} {failed}"


def _told(failed: Failure | FailureGroup) -> str:
    parts = failed.exceptions if isinstance(failed, FailureGroup) else [failed]
    return " | ".join(str(one) for one in parts)

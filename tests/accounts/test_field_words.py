"""What pydantic finds is said in words of ours; a limit or a choice is named."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from accounts.field_words import OTHERWISE, in_words
from languages.language import ACCENTED
from languages.speech import _, speaking


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=4)] = "name"
    count: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    kind: Literal["one", "two"] = "one"
    listed: Annotated[list[int], Field(max_length=1)] = []
    amount: Annotated[Decimal, Field(decimal_places=2)] = Decimal(0)
    flag: Annotated[bool, Field(strict=True)] = True
    pattern: Annotated[str, Field(pattern="^a$")] = "a"


CASES: Final = [
    ({"name": 1}, "this is text"),
    ({"name": "a"}, "at least 2 characters are needed"),
    ({"name": "abcde"}, "at most 4 characters fit"),
    ({"count": "1"}, "this is a whole number"),
    ({"count": 10}, "this is 9 or less"),
    ({"kind": "three"}, "this is one of one or two"),
    ({"listed": [1, 2]}, "at most 1 fit"),
    ({"amount": "0.001"}, "at most 2 digits after the decimal point fit"),
    ({"flag": "no"}, "this is true or false"),
    ({"other": 1}, "there is no such field"),
    ({"pattern": "b"}, OTHERWISE),
]


@pytest.mark.parametrize(("given", "said"), CASES)
def test_a_finding_is_said_plainly(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Asked.model_validate(given)
    (error,) = wrong.value.errors()
    assert in_words(error) == said
    with speaking(ACCENTED):
        assert in_words(error).startswith("⟦")


def test_a_check_of_ours_has_said_it_already() -> None:
    error = ValidationError.from_exception_data(
        "Asked", [{"type": PydanticCustomError("ours", _("there is no such time zone")), "input": "x"}]
    )
    assert in_words(error.errors()[0]) == "there is no such time zone"

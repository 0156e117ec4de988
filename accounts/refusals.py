"""How a wish is refused: one exception a reaction; raised inside a write, it takes the write back."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """A wish that cannot be fulfilled; the text is one sentence for the one who asked."""


class Invalid(Refused):
    """Fields are wrong (HTTP 422); `errors` is field name to sentence, "" for the whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {why}" if field else why for field, why in errors.items()))
        self.errors = dict(errors)


class Missing(Refused):
    """There is no such thing, or not for this viewer: the two look alike (HTTP 404).

    Its text is for who operates the program; a page and the API say of all of them the same.
    """

    def __init__(self, what: str = "thing") -> None:
        super().__init__(f"There is no such {what}.")


class Forbidden(Refused):
    """The viewer sees the thing and may not do this to it (HTTP 403)."""


class Conflict(Refused):
    """Something that is there already stands against it (HTTP 409)."""

"""What is wrong with a field in plain words: pydantic's own messages said by us, in the language that is spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from languages.listing import either
from languages.speech import _, marked

NUMBER: Final = marked("this is a number")
WHOLE: Final = marked("this is a whole number")
TIME: Final = marked("this is a time such as 2026-11-25T12:00:00Z")
OBJECT: Final = marked("this is an object with fields")
WORDS: Final[Mapping[str, str]] = {
    "missing": marked("this is needed"),
    "extra_forbidden": marked("there is no such field"),
    "string_type": marked("this is text"),
    "string_unicode": marked("this is text"),
    "string_too_short": marked("at least {min_length} characters are needed"),
    "string_too_long": marked("at most {max_length} characters fit"),
    "too_short": marked("at least {min_length} are needed"),
    "too_long": marked("at most {max_length} fit"),
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "decimal_max_places": marked("at most {decimal_places} digits after the decimal point fit"),
    "decimal_max_digits": marked("at most {max_digits} digits fit"),
    "decimal_whole_digits": marked("at most {whole_digits} digits before the decimal point fit"),
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "greater_than": marked("this is more than {gt}"),
    "greater_than_equal": marked("this is {ge} or more"),
    "less_than": marked("this is less than {lt}"),
    "less_than_equal": marked("this is {le} or less"),
    "literal_error": marked("this is one of {expected}"),
    "enum": marked("this is one of {expected}"),
    "bool_type": marked("this is true or false"),
    "bool_parsing": marked("this is true or false"),
    "list_type": marked("this is a list"),
    "tuple_type": marked("this is a list"),
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "datetime_type": TIME,
    "datetime_parsing": TIME,
    "datetime_from_date_parsing": TIME,
    "timezone_aware": TIME,
}
OTHERWISE: Final = marked("this is not as it should be")
_OF_PYDANTIC: Final = frozenset(get_args(ErrorType))
_QUOTED: Final = re.compile(r"'([^']*)'")


def in_words(error: ErrorDetails) -> str:
    """Answer what is wrong; the text of a check of ours (PydanticCustomError) is said already."""
    kind = error["type"]
    if kind not in _OF_PYDANTIC:
        return error["msg"]
    context = dict(error.get("ctx", {}))
    if "expected" in context:
        context["expected"] = either(_QUOTED.findall(str(context["expected"])) or [str(context["expected"])])
    return _(WORDS.get(kind, OTHERWISE)).format_map(context)

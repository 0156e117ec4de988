"""Parameters of Content-Type and Content-Disposition, as mailers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.parameters import PARAMETERS, parse_parameters

FIELDS = [
    ("text/plain", {}),
    ("Text/Plain; Charset=UTF-8", {"charset": "UTF-8"}),
    ('text/plain; charset="utf-8" (the usual)', {"charset": "utf-8"}),
    ("text/plain; charset=us-ascii (plain)", {"charset": "us-ascii"}),
    ('text/plain; name="a;b=c.txt"; x=y', {"name": "a;b=c.txt", "x": "y"}),
    ('text/plain; name="a \\"b\\" c"', {"name": 'a "b" c'}),
    ("text/plain; name=report(1).txt", {"name": "report(1).txt"}),
    ('text/plain; name="not closed', {"name": "not closed"}),
    ('text/plain; name="C:\\dir\\a.txt"', {"name": "C:\\dir\\a.txt"}),
    ("text/plain;; ;charset=a; charset=b;", {"charset": "a"}),
    ("text/plain; name*=utf-8''%E2%82%AC.txt", {"name": "€.txt"}),
    ("text/plain; name*=utf-8'en'a; name=b", {"name": "a"}),
    ("text/plain; name*1=b; name*0=a; name*2*=%63", {"name": "abc"}),
    ("text/plain; name*0*=iso-8859-1''%FC; name*1=b", {"name": "üb"}),
    ("text/plain; name*=%41", {"name": "A"}),
    ("text/plain; name==?utf-8?q?=C3=BC?=", {"name": "ü"}),
    ("text/plain; =x; y", {}),
]


@pytest.mark.parametrize(("field", "expected"), FIELDS, ids=[field for field, _ in FIELDS])
def test_parameters_are_read(field: str, expected: dict[str, str]) -> None:
    assert dict(parse_parameters(field).parameters) == expected
    assert parse_parameters(field).value == "text/plain"


@given(st.text(alphabet=st.sampled_from("ab=;\"\\*0%'( )?é"), max_size=80))
def test_no_field_breaks_the_reading(field: str) -> None:
    parse_parameters(field)


def test_parameters_are_bounded() -> None:
    assert len(parse_parameters("x/y" + "".join(f"; a{n}=b" for n in range(20_000))).parameters) == PARAMETERS

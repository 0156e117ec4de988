"""The addresses of the pages of records, alike for the five kinds."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Blueprint

from webui.records import acting, adding, detail, earlier, listing, merging
from webui.records.amount import money
from webui.records.kinds import KINDS, Kind
from webui.records.timeline import period

records: Final = Blueprint("records", __name__)
records.add_app_template_filter(period)
records.add_app_template_filter(money)


def _of(kind: Kind, function: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a view of one kind; Flask asks a view for its name."""

    @wraps(function)
    def view(**places: str) -> Any:
        return function(kind, **places)

    return view


def _route(kind: Kind) -> None:
    path, one = f"/{kind.path}", f"/{kind.path}/<record>"
    for method, rule, name, function in (
        ("GET", path, "list", listing.show_list),
        ("POST", path, "make", adding.make),
        ("GET", f"{path}/new", "new", adding.show_form),
        ("GET", one, "show", detail.show),
        ("POST", one, "change", detail.change),
        ("POST", f"{one}/delete", "delete", acting.delete),
        ("POST", f"{one}/restore", "restore", acting.restore),
        ("GET", f"{one}/earlier", "earlier", earlier.show),
        ("POST", f"{one}/earlier", "take_earlier", earlier.take),
        ("POST", f"{one}/earlier/undo", "undo_earlier", earlier.undo),
        ("GET", f"{one}/address.vcf", "card", acting.card),
        ("GET", f"{one}/qr.png", "code", acting.code),
    ):
        records.add_url_rule(rule, f"{name}_{kind.type}", _of(kind, function), methods=[method])


for _kind in KINDS:
    _route(_kind)
records.get("/contacts/<record>/merge", endpoint="choose_merge")(merging.show)
records.post("/contacts/<record>/merge", endpoint="merge")(merging.merge)
records.post("/contacts/<record>/unmerge", endpoint="unmerge")(merging.unmerge)

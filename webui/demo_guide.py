"""The page of what to try, in a demo alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, url_for

from accounts.users import get_user
from linking.named import letters_named
from webui.call import Call
from webui.guide_file import Step, read_guide
from webui.pages import reading, render
from webui.problem import not_found

demo: Final = Blueprint("demo", __name__)


@demo.get("/demo")
def show() -> str:
    """Show what there is to try; there is nothing here where this is no demo."""
    with reading() as call:
        guide = read_guide(call.backend.settings.data_dir)
        if guide is None:
            raise not_found()
        me = get_user(call.session, call.viewer.company_id, call.viewer.user_id)
        letters = letters_named(call.session, call.viewer, [one.letter for one in guide.steps if one.letter])
        steps = [(one, _target(call, one, letters)) for one in guide.steps]
        return render(call, "guide.html", guide=guide, steps=steps, here_as=me.email)


def _target(call: Call, step: Step, letters: Mapping[str, int]) -> str:
    """Answer where the step begins; "" where this viewer does not see it, or not yet."""
    if not step.letter:
        return step.path
    number = letters.get(step.letter)
    return url_for("letter.show", message=call.seal("message", number)) if number else ""

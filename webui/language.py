"""Which language a request speaks: that of who is signed in, else the one that the browser asks for first.

The API speaks English unless Accept-Language asks for another (INTERFACE 4). Texts come from `languages`, so that a
sentence is the same in a page, in a mail and below the pages; Flask-Babel writes dates and numbers.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, current_app, request
from flask_babel import Babel, Domain
from flask_login import current_user

from languages.catalogue import Catalogue, catalogue_of
from languages.language import SOURCE, best_language, locale_of
from languages.speech import speak, spoken
from webui.assets import ENDPOINTS
from webui.template_words import give_words

FIXED: Final = "LANGUAGE"
"""The key of the application's configuration by which tests speak a pseudo-locale to everybody."""
SAID: Final = frozenset({"text/html", "application/json", "application/problem+json"})
NOT_OURS: Final = frozenset({"letter.frame", "api.openapi", "static"})
"""What is answered there is in the language of its writer, or in English for everybody."""


class _Spoken(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel's door to the catalogues."""

    def get_translations(self) -> Catalogue:
        """Answer the catalogue of the request."""
        return catalogue_of(spoken())


def install(app: Flask) -> None:
    """Choose the language before anything answers; give templates `_`, `ngettext`, `{% trans %}` and `language`."""
    babel = Babel(app, configure_jinja=False, locale_selector=lambda: locale_of(spoken()), timezone_selector=time_zone)
    babel.domain_instance = _Spoken()
    give_words(app.jinja_env)
    # First of all, so that whatever is refused before it is known who asks is said in the language of his browser.
    app.before_request_funcs.setdefault(None, []).insert(0, _choose_for_browser)
    app.before_request(_choose)
    app.after_request(_tell)
    # The thread goes on to somebody else.
    app.teardown_request(lambda _error: speak(SOURCE))


def language_of_request() -> str:
    """Answer the language of who is signed in, else the best one of those that the browser asks for."""
    anonymous = request.blueprint in ("api", "docs") or request.endpoint in ENDPOINTS
    if not anonymous and current_user.is_authenticated:
        chosen: str = current_user.signed_in.language
        return chosen
    return best_language(request.headers.get("Accept-Language", ""))


def time_zone() -> str:
    """Answer the time zone of who is signed in."""
    if current_user.is_authenticated:
        chosen: str = current_user.signed_in.time_zone
        return chosen
    return "UTC"


def _choose_for_browser() -> None:
    speak(current_app.config.get(FIXED) or best_language(request.headers.get("Accept-Language", "")))


def _choose() -> None:
    speak(current_app.config.get(FIXED) or language_of_request())


def _tell(response: Response) -> Response:
    """Say in which language it is (RFC 9110 §8.5), and that another is answered to who asks for one."""
    if response.mimetype in SAID and request.endpoint not in NOT_OURS:
        response.content_language.add(spoken())
        response.vary.add("Accept-Language")
    return response

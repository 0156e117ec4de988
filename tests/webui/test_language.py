"""Which language is answered: to a stranger his browser's, to who is signed in his own, to programs what they ask."""

from __future__ import annotations

from languages.language import PSEUDO
from tests.webui.conftest import Office
from webui.language import FIXED

NORWEGIAN = {"Accept-Language": "nb-NO,nb;q=0.9,en;q=0.5"}
PROGRAMS = {"": "en", "fr": "en", "es, en;q=0.1": "es"}
"""What is asked for, and what is answered."""


def test_a_browser_gets_its_language_and_who_is_signed_in_his_own(office: Office) -> None:
    stranger = office.site.app.test_client()
    page = stranger.get("/login", headers=NORWEGIAN)
    assert (page.content_language.as_set(), "Accept-Language" in page.vary) == ({"nb"}, True)
    assert '<html lang="nb"' in page.text
    assert stranger.get("/login", headers={"Accept-Language": "fr"}).content_language.as_set() == {"en"}

    office.rep.api.patch("me", {"language": "de"})
    client = office.rep.browser().client
    own = client.get("/settings", headers=NORWEGIAN)
    assert own.content_language.as_set() == {"de"}
    assert '<html lang="de"' in own.text
    forged = client.post("/settings/profile", data={}, headers=NORWEGIAN)
    assert (forged.status_code, forged.content_language.as_set()) == (400, {"nb"}), (
        "refused before it is known who asks"
    )


def test_the_api_speaks_english_unless_it_is_asked_for_another_language(office: Office) -> None:
    office.rep.api.patch("me", {"language": "de"})
    for asked, answered in PROGRAMS.items():
        for path, status in (("me", 200), ("messages/none", 404)):
            answer = office.rep.api.call("GET", path, headers={"Accept-Language": asked})
            assert (answer.status_code, answer.content_language.as_set()) == (status, {answered})
            assert "Accept-Language" in answer.vary

    office.customer()
    filed = office.mail()
    office.site.app.config[FIXED] = PSEUDO[0]
    message = office.rep.api.get(f"messages/{office.seal('message', filed.message_id)}")
    sentences = [one["sentence"] for one in message["links"]]
    problem = office.rep.api.call("PATCH", "me", {"language": "tlh", "colour": "red"}).json
    said = [*sentences, problem["detail"], *(one["message"] for one in problem["errors"])]
    assert len(said) > 3
    assert [one for one in said if not (one.startswith("⟦") and one.endswith("⟧"))] == []

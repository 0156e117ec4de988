"""Ticked mail, saved views and suggestions over HTTP: one POST an act, one toast, and nobody else's."""

from __future__ import annotations

import html
import re

import pytest

from config.settings import Settings
from tests.kit.databases import SqliteTemplate
from tests.kit.http import Browser
from tests.webui.conftest import CUSTOMER, REP, Office

UNDO = re.compile(r'name="was" value="([^"]+)"')
TOAST = re.compile(r"data-toast><span>([^<]*)")
LINK = "link"


@pytest.fixture
def database_settings(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One kind of database: tests/linking asks both."""
    return sqlite_template.fresh(tmp_path_factory.mktemp("acts") / "data")


def act(browser: Browser, ids: list[str], name: str, **fields: str) -> str:
    """Press a button of the bar; answer the page that it leads to."""
    answer = browser.post("/inbox/act", ids=ids, act=name, **fields)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["Location"]).text


def toast(page: str) -> str:
    """Answer what the page says just happened."""
    (said,) = TOAST.findall(page)
    return html.unescape(said)


def three(office: Office) -> list[str]:
    """Answer three letters of the rep's, the last one private."""
    office.customer()
    filed = [office.mail(subject="One"), office.mail(subject="Two")]
    filed.append(office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="Three"))
    return [office.seal("message", one.message_id) for one in filed]


def test_ticked_mail_is_archived_and_comes_back_by_one_undo(office: Office) -> None:
    ids, browser = three(office), office.rep.browser()

    page = act(browser, ids[:2], "archive", back="/inbox?view=unread")

    assert toast(page) == "2 mails archived."
    assert [f'data-id="{one}"' in page for one in ids] == [False, False, True]
    (was,) = UNDO.findall(page)
    assert office.colleague.browser().post("/inbox/undo", was=was).status_code == 404
    answer = browser.post("/inbox/undo", was=was, back="/inbox?view=unread")
    page = browser.get(answer.headers["Location"]).text
    assert all(f'data-id="{one}"' in page for one in ids)
    assert toast(act(browser, ids[:1], "unarchive")) == "They were so already: nothing was changed."


def test_an_act_takes_nothing_that_one_does_not_see_and_nothing_of_a_colleague(office: Office) -> None:
    ids, browser = three(office), office.colleague.browser()

    assert browser.post("/inbox/act", ids=ids, act="read").status_code == 404
    assert browser.post("/inbox/act", ids=["a" * 26], act="read").status_code == 404
    assert browser.get(f"/inbox/link?ids={','.join(ids)}").status_code == 404
    assert browser.get("/inbox/link?ids=").status_code == 404
    assert toast(act(browser, ids[:2], "archive")) == "2 are colleagues' and stay as they are."
    assert office.rep.api.get(f"messages/{ids[0]}")["archived"] is False
    assert toast(act(browser, [], "archive")) == "Tick some mails first."
    assert browser.post("/inbox/act", ids=ids[:1], act="burn").status_code == 422


def test_ticked_mail_is_linked_where_one_chooses_and_asks_before_it_hides(office: Office) -> None:
    ids, browser = three(office), office.rep.browser()
    deal = office.rep.api.post("deals", {"title": "Garden chairs"})
    quiet = office.rep.api.post("deals", {"title": "Quiet", "visibility": "owner"})

    page = act(browser, ids, LINK)
    assert "Link 3 mails to…" in page
    assert "Garden chairs" in page
    chosen = {"type": "deal", "target_id": deal["id"]}
    page = act(browser, [",".join(ids)], LINK, **chosen)
    assert toast(page) == "3 mails linked."
    (was,) = UNDO.findall(page)
    browser.post("/inbox/undo", was=was)
    assert all("Garden chairs" not in str(office.rep.api.get(f"messages/{one}")["links"]) for one in ids)

    hiding = {"type": "deal", "target_id": quiet["id"]}
    asked = browser.post("/inbox/act", ids=ids, act=LINK, **hiding)
    assert asked.status_code == 409
    assert "This would hide the mail" in asked.text
    assert all(len(office.rep.api.get(f"messages/{one}")["links"]) < 2 for one in ids)
    assert toast(act(browser, [",".join(ids)], LINK, confirm="true", **hiding)) == "3 mails linked."


def test_a_search_is_kept_as_a_view_and_comes_back_where_it_was(office: Office) -> None:
    browser = office.rep.browser()
    for name in ("Chairs", "Files"):
        browser.post("/inbox/views", name=name, search=f"is:unread {name}")
    page = browser.get("/inbox?q=is:unread+Chairs").text
    assert 'aria-current="page" title="is:unread Chairs"' in page
    first, second = re.findall(r'action="/inbox/views/([a-z2-7]+)/remove"', browser.get("/inbox/views").text)

    browser.post(f"/inbox/views/{first}/move", step="down")
    browser.post(f"/inbox/views/{second}", name="With files")
    removed = browser.get(browser.post(f"/inbox/views/{second}/remove").headers["Location"]).text
    assert "The view With files was removed." in removed
    undo = dict(re.findall(r'name="(name|search|position)" value="([^"]*)"', removed[removed.index("data-toast") :]))
    browser.post("/inbox/views", **undo)

    page = browser.get("/inbox/views").text
    assert re.findall(r'name="name" value="([^"]*)"', page) == ["With files", "Chairs"]
    assert browser.post("/inbox/views", name="chairs", search="x").status_code == 422
    other = office.colleague.browser()
    assert "With files" not in other.get("/inbox/views").text + other.get("/inbox").text
    for path in ("", "/move", "/remove"):
        assert other.post(f"/inbox/views/{first}{path}", name="Mine").status_code == 404


def test_views_tell_what_they_hold(office: Office) -> None:
    ids, browser = three(office), office.rep.browser()
    act(browser, ids[:1], "archive")
    page = browser.get("/inbox").text
    counts = re.findall(r"(\w+)<span class=\"tab-count\">([^<]*)</span>", page)
    assert counts == [("Inbox", "2"), ("Unread", "2"), ("Archive", "1")]


def test_suggestions_are_what_one_sees(office: Office) -> None:
    office.rep.api.post("contacts", {"name": "Mara Quiet", "addresses": ["mara@quiet.example"], "visibility": "owner"})
    assert "mara@quiet.example" in office.rep.browser().get("/inbox/suggest?q=from:mara").text
    for other in (office.colleague, office.stranger, office.ada):
        seen = "mara" in other.browser().get("/inbox/suggest?q=from:mara").text
        assert seen is (other is office.ada), "admins see records (RULES R30a)"
    assert 'data-value="is:unread "' in office.stranger.browser().get("/inbox/suggest?q=is:unr").text


def test_sharing_asks_before_it_shows_what_private_mail_made_and_undo_takes_it_back_once(office: Office) -> None:
    office.ada.api.patch("company", {"unknown_address": "contact"})
    filed = office.mail(owner=office.rep, from_="nina@new.example", to=REP, subject="Secret")
    letter, browser = office.seal("message", filed.message_id), office.rep.browser()
    here = f"/m/{letter}"

    def contacts() -> list[str]:
        return [one["name"] for one in office.colleague.api.get("contacts")["data"]]

    for path, fields in (("/inbox/act", {"ids": [letter], "act": "share"}), (here, {"sharing": "shared"})):
        asked = browser.post(path, **fields)
        assert asked.status_code == 409
        assert "nina@new.example" in asked.text
        assert (contacts(), office.colleague.browser().get(here).status_code) == ([], 404)
        done = browser.get(browser.post(path, **fields, confirm="true").headers["Location"]).text
        assert (contacts(), office.colleague.browser().get(here).status_code) == (["nina@new.example"], 200)
        (was,) = UNDO.findall(done)
        undone = [browser.get(browser.post("/inbox/undo", was=was).headers["Location"]).text for _ in range(2)]
        assert toast(undone[0]) == "Undone: everything is as it was."
        assert toast(undone[1]) == "This can be undone within an hour, and once: nothing was changed now."
        assert (contacts(), office.colleague.browser().get(here).status_code) == ([], 404)


def test_undo_of_a_single_link_hides_again_what_it_showed_of_private_mail(office: Office) -> None:
    office.ada.api.patch("company", {"unknown_address": "contact"})
    office.mail(owner=office.rep, from_="nina@new.example", to=REP, subject="Secret")
    (nina,) = office.rep.api.get("contacts")["data"]
    browser, here = office.rep.browser(), f"/m/{office.seal('message', office.mail(subject='Offer').message_id)}"

    def contacts() -> set[str]:
        return {one["id"] for one in office.colleague.api.get("contacts")["data"]}

    before = contacts()
    linked = browser.post(f"{here}/links", type="contact", target_id=nina["id"])
    assert contacts() == before | {nina["id"]}
    (was,) = UNDO.findall(browser.get(linked.headers["Location"]).text)
    undone = browser.get(browser.post("/inbox/undo", was=was, back=here).headers["Location"]).text
    assert (toast(undone), contacts()) == ("Undone: everything is as it was.", before)


def test_undo_says_what_has_changed_since(office: Office) -> None:
    ids, browser = three(office), office.rep.browser()
    (was,) = UNDO.findall(act(browser, ids, "archive"))
    act(browser, ids[:1], "unarchive")
    undone = browser.get(browser.post("/inbox/undo", was=was).headers["Location"]).text
    assert toast(undone) == "Undone, but for what has changed since: that stays as it is."

"""What is paused stands where it concerns somebody, and he lets it go on (RULES R40, R30b)."""

from __future__ import annotations

from typing import Final

from outbox.budget import ALLOWANCES, Account, Budget, spend
from tests.kit.http import Person
from tests.webui.conftest import Office

PUBLIC, PRIVATE = "tracker.example", "secret.example"
OWN_PAGE, ADMIN_PAGE = "/settings/notices", "/admin/pauses"
RESUMED: Final = "It goes on."


def pause(office: Office, person: Person, domain: str, *, own: bool) -> str:
    """Let a domain spend its budget, and answer the id of the pause."""
    viewer = person.viewer
    account = Account(company_id=viewer.company_id, user_id=viewer.user_id, own=own)

    with office.site.database.write() as session:
        now = office.site.database.now(session)
        for number in range(ALLOWANCES[Budget.CREATIONS].domain_a_day + 1):
            spend(session, account, Budget.CREATIONS, f"r{number}@{domain}", now)
    page = person.browser().get(OWN_PAGE).text
    before, _, _ = page.partition(domain)
    return before.rpartition('data-id="')[2].partition('"')[0]


def test_who_is_concerned_sees_it_and_lets_it_go_on(office: Office) -> None:
    public = pause(office, office.rep, PUBLIC, own=False)
    private = pause(office, office.rep, PRIVATE, own=True)
    seen = {
        name: [domain in person.browser().get(page).text for domain in (PUBLIC, PRIVATE)]
        for name, person, page in (
            ("rep", office.rep, OWN_PAGE),
            ("colleague", office.colleague, OWN_PAGE),
            ("admin's own", office.ada, OWN_PAGE),
            ("admin", office.ada, ADMIN_PAGE),
        )
    }
    nothing = [False, False]
    assert seen == {
        "rep": [True, True],
        "colleague": nothing,
        "admin's own": nothing,
        "admin": [True, False],
    }
    assert "1 peer paused" in office.ada.browser().get("/admin").text

    colleague, ada, rep = office.colleague.browser(), office.ada.browser(), office.rep.browser()
    assert colleague.post(f"{OWN_PAGE}/pauses/{public}/resume", OWN_PAGE).status_code == 404
    assert ada.post(f"{ADMIN_PAGE}/{private}/resume", ADMIN_PAGE).status_code == 404
    assert ada.post(f"{ADMIN_PAGE}/{public}/resume", ADMIN_PAGE).status_code == 303
    assert "Nothing is paused" in ada.get(ADMIN_PAGE).text
    assert rep.post(f"{OWN_PAGE}/pauses/{private}/resume", OWN_PAGE).status_code == 303
    assert PRIVATE not in rep.get(OWN_PAGE).text
    log = office.ada.browser().get("/admin/audit").text
    assert "let a peer go on that was paused" in log
    assert PRIVATE not in log

"""The pages as a person walks through them."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from db.models import MessageCopy
from tests.kit.mails import File
from tests.webui.conftest import CUSTOMER, REP, Office
from tests.webui.test_api_messages import PIXEL, RICH

ROW = re.compile(r'<(?:li|article|section|tr|a|div)[^>]*data-id="([^"]+)"')


def test_without_a_session_everything_leads_to_the_form(office: Office) -> None:
    browser = office.site.browser()

    home = browser.get("/")
    assert (home.status_code, home.headers["Location"]) == (302, "/login")
    assert 'name="csrf_token"' in browser.get("/login").text
    assert office.rep.browser().get("/").headers["Location"] == "/inbox"


def test_empty_inbox_says_what_to_do(office: Office) -> None:
    page = office.rep.browser().get("/inbox").text

    assert "Your inbox is empty" in page
    assert office.world.house.bcc_address in page


def test_inbox_shows_letters_with_chips_and_badge(office: Office) -> None:
    office.deal(office.customer())
    filed = office.mail(subject="Offer", text="40 chairs at 89 EUR")
    browser = office.rep.browser()

    page = browser.get("/inbox").text

    assert office.seal("message", filed.message_id) in ROW.findall(page)
    for shown in ("Offer", CUSTOMER, "40 chairs", "Maria Lopez", "Garden chairs", "sender proved", "unread"):
        assert shown in page
    browser.get(f"/m/{office.seal('message', filed.message_id)}")
    assert 'class="go mail unread"' not in browser.get("/inbox").text


def test_letter_page_shows_text_frame_files_and_links(office: Office) -> None:
    office.customer()
    logo = File("logo.gif", PIXEL, "image/gif", inline=True, content_id="logo")
    filed = office.mail(html=RICH, attachments=[logo, File("plan.pdf", b"%PDF", "application/pdf")])
    path = f"/m/{office.seal('message', filed.message_id)}"
    browser = office.rep.browser()

    page = browser.get(path).text

    assert "here is the offer" in page
    assert re.search(r'<iframe[^>]+sandbox="[^"]*"', page)
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page
    assert "plan.pdf" in page
    assert "is an address of that contact" in page
    assert "Your copy is shared" in page


def test_frame_runs_and_loads_nothing(office: Office) -> None:
    logo = File("logo.gif", PIXEL, "image/gif", inline=True, content_id="logo")
    filed = office.mail(html=RICH, attachments=[logo])

    answer = office.rep.browser().get(f"/m/{office.seal('message', filed.message_id)}/frame")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'")
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert "<b>now</b>" in answer.text
    assert "data:image/gif;base64," in answer.text
    assert "tracker" not in answer.text
    assert "alert" not in answer.text


def test_quoted_text_is_folded(office: Office) -> None:
    text = "Fine with me.\n\nOn Tue, Maria Lopez wrote:\n> What about Friday?\n"
    filed = office.mail(text=text)

    page = office.rep.browser().get(f"/m/{office.seal('message', filed.message_id)}").text

    assert page.index("Fine with me.") < page.index("Quoted text") < page.index("What about Friday?")


def test_answers_stand_between_what_they_answer(office: Office) -> None:
    text = "Hello,\n\n> When?\n\nOn Friday.\n\n> Where?\n\nAt home.\n\n-- \nMaria\n"
    filed = office.mail(text=text)

    page = office.rep.browser().get(f"/m/{office.seal('message', filed.message_id)}").text

    parts = ["Hello,", "Quoted text", "When?", "On Friday.", "Quoted text", "Where?", "At home.", "Signature", "-- "]
    assert re.search(".*".join(parts), page, re.DOTALL)


def test_why_page_says_every_decision(office: Office) -> None:
    office.deal(office.customer())
    filed = office.mail()
    message_id = office.seal("message", filed.message_id)
    decisions = office.rep.api.get(f"messages/{message_id}")["decisions"]

    page = office.rep.browser().get(f"/m/{message_id}/why").text.replace("&#39;", "'")

    assert len(decisions) > 4
    for one in decisions:
        assert one["sentence"] in page
    assert "DMARC" in page


def test_why_page_tells_the_owner_alone_what_dns_said(office: Office) -> None:
    office.deal(office.customer())
    filed = office.mail()
    answers = [["s1._domainkey.northwind.example TXT", ["v=DKIM1; p=<b>"]], ["_dmarc.northwind.example TXT", []]]
    with office.world.database.write() as session:
        mine = (MessageCopy.company_id == office.world.house.company_id, MessageCopy.message_id == filed.message_id)
        proof = session.scalars(select(MessageCopy.proof).where(*mine)).one() or {}
        session.execute(update(MessageCopy).where(*mine).values(proof=proof | {"records": answers}))
    path = f"/m/{office.seal('message', filed.message_id)}/why"

    mine_page, theirs = office.rep.browser().get(path), office.colleague.browser().get(path)

    assert "What DNS said then (2)" in mine_page.text
    assert "v=DKIM1; p=&lt;b&gt;" in mine_page.text
    assert (theirs.status_code, "What DNS said" in theirs.text) == (200, False)


def test_letter_is_archived_undone_linked_and_unlinked(office: Office) -> None:
    contact = office.customer()
    filed = office.mail()
    path = f"/m/{office.seal('message', filed.message_id)}"
    browser = office.rep.browser()
    api = office.rep.api.get

    assert browser.post(path, archived="true").status_code == 303
    assert "Undo" in browser.get("/inbox").text
    browser.post(path, archived="false")
    assert api(f"messages{path[2:]}")["archived"] is False

    (link,) = api(f"messages{path[2:]}")["links"]
    fields = {"type": "contact", "target_id": contact["id"]}
    browser.post(f"{path}/links/{link['id']}/undo", **fields)
    assert api(f"messages{path[2:]}")["links"] == []
    browser.post(f"{path}/links", **fields)
    (again,) = api(f"messages{path[2:]}")["links"]
    assert again["origin"] == "manual"
    browser.post(f"{path}/links/{again['id']}/undo")
    assert office.colleague.browser().post(f"{path}/links", undone=again["id"]).status_code == 404
    browser.post(f"{path}/links", undone=again["id"])
    assert api(f"messages{path[2:]}")["links"] == [again]

    browser.post(path, sharing="private")
    assert "Your copy is private" in browser.get(path).text
    assert office.colleague.browser().get(path).status_code == 404


def test_link_that_would_hide_asks_first(office: Office) -> None:
    office.customer()
    quiet = office.rep.api.post("projects", {"title": "Quiet", "visibility": "owner"})
    path = f"/m/{office.seal('message', office.mail().message_id)}"
    browser = office.rep.browser()
    fields = {"type": "project", "target_id": quiet["id"]}

    asked = browser.post(f"{path}/links", **fields)

    assert asked.status_code == 409
    assert "Bert" in asked.text
    assert 'name="confirm" value="true"' in asked.text
    assert browser.post(f"{path}/links", **fields, confirm="true").status_code == 303


def test_thread_shows_letters_and_gap(office: Office) -> None:
    first = office.mail(subject="Plan", in_reply_to="<lost@fabrikam.example>")
    thread = office.rep.api.get(f"messages/{office.seal('message', first.message_id)}")["thread_id"]

    page = office.rep.browser().get(f"/t/{thread}").text

    assert "1 message of this conversation is not here" in page
    assert office.seal("message", first.message_id) in ROW.findall(page)


def test_records_are_made_shown_changed_deleted_and_back(office: Office) -> None:
    browser = office.rep.browser()
    assert "No contacts yet" in browser.get("/contacts").text
    made = browser.post("/contacts", name="Maria Lopez", addresses=f"{CUSTOMER}\nm@home.example")
    path = made.headers["Location"]
    office.mail(subject="Offer")

    page = browser.get(path).text
    assert "Maria Lopez" in page
    assert "Offer" in page
    contact_id = path.rpartition("/")[2]
    deal = browser.post("/deals", title="Chairs", contact_ids=contact_id, value="1200.50", currency="EUR")
    assert "1\u202f200.50 EUR" in browser.get(deal.headers["Location"]).text
    browser.post(path, name="Maria L.", addresses=CUSTOMER)
    assert office.rep.api.get(f"contacts/{contact_id}").items() >= {"name": "Maria L.", "addresses": [CUSTOMER]}.items()

    browser.post(f"{path}/delete")
    assert browser.get(path).status_code == 404
    browser.post(f"{path}/restore")
    assert browser.get(path).status_code == 200


def test_held_mail_is_released_and_discarded(office: Office) -> None:
    office.held(subject="Catalogue")
    browser = office.ada.browser()
    page = browser.get("/held").text
    (inbound,) = ROW.findall(page)
    assert "Catalogue" in page
    assert "sven@contoso.example" in page

    browser.post(f"/held/{inbound}/discard")
    assert "Take it back" in browser.get("/held").text
    browser.post(f"/held/{inbound}/restore")
    assert browser.post(f"/held/{inbound}/release", approve="true", user_id="").status_code == 303
    assert office.ada.api.get(f"inbound/{inbound}")["status"] == "received"
    assert "requested" in browser.get("/settings/senders").text


def test_question_is_answered_with_one_click(office: Office) -> None:
    contact = office.customer()
    chairs = office.deal(contact, "Chairs")
    office.deal(contact, "Tables")
    office.mail(subject="Which one")
    browser = office.rep.browser()
    page = browser.get("/unresolved").text
    (question,) = ROW.findall(page)
    assert "Which one is it about?" in page

    browser.post(f"/unresolved/{question}", type="deal", target_id=chairs["id"])

    assert "No open questions" in browser.get("/unresolved").text


def test_unknown_address_is_made_a_contact_on_the_page(office: Office) -> None:
    office.mail(to="new@elsewhere.example")
    browser = office.rep.browser()
    (question,) = ROW.findall(browser.get("/unresolved").text)

    browser.post(f"/unresolved/{question}", create="contact", name="Nils", addresses="new@elsewhere.example")

    assert [one["name"] for one in office.rep.api.get("contacts")["data"]] == ["Nils"]


def test_settings_change_what_new_mail_does(office: Office) -> None:
    browser = office.rep.browser()
    assert office.rep.made.personal_bcc_address in browser.get("/settings").text

    form = {"sharing_default.smtp": "private", "deal_linking": "manual", "name": "Anna", "time_zone": "UTC"}
    assert browser.post("/settings", **form).status_code == 303

    assert office.rep.api.get("me").items() >= {"deal_linking": "manual"}.items()
    assert office.rep.api.get("me")["sharing_default"] == {"smtp": "private", "imap": "private"}
    assert REP in browser.get("/settings/senders").text


def test_another_browser_is_signed_out(office: Office) -> None:
    here, there = office.rep.browser(), office.rep.browser()
    page = here.get("/settings/security").text
    (other,) = [one for one in ROW.findall(page) if f"/settings/sessions/{one}/" in page]

    here.post(f"/settings/sessions/{other}/revoke")

    assert there.get("/inbox").status_code == 302
    assert here.get("/inbox").status_code == 200


def test_deceptive_names_are_shown_plain_and_marked(office: Office) -> None:
    filed = office.mail(
        owner=office.rep,
        from_="ceo@northwind.example <boss@xn--nrthwnd-pph3d.example>",
        to=REP,
        subject="Pay\u202egnihtyna\u2066",
        attachments=[File("in\u202efdp.exe", b"x")],
    )

    page = office.rep.browser().get(f"/m/{office.seal('message', filed.message_id)}").text

    assert "name not verified" in page
    assert not {"\u202e", "\u2066"} & set(page)

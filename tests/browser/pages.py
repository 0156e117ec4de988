"""Every page by its endpoint: the addresses to look at. {message} and the like stand for each id that a state shows.

test_pages.py fails for an endpoint of the application that stands neither here nor among what is no page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from string import Formatter
from typing import Final

from tests.kit.states import RECORDS, State

ANNA: Final[dict[str, tuple[str, ...]]] = {
    "inbox.show": (
        "/inbox",
        "/inbox?view=unread",
        "/inbox?view=unlinked",
        "/inbox?view=archived",
        "/inbox?view=deleted",
        "/inbox?q=chairs",
    ),
    "inbox.views": ("/inbox/views",),
    "inbox.choose": ("/inbox/link?ids={message}", "/inbox/link?ids={message}&find=nothing+like+it"),
    "letter.show": ("/m/{message}",),
    "letter.original": ("/m/{message}/original",),
    "letter.why": ("/m/{message}/why",),
    "again.show": ("/m/{message}/again",),
    "thread.show": ("/t/{thread}",),
    "thread_choices.choose": ("/t/{thread}/merge", "/t/{thread}/merge?q=nothing+like+it"),
    "records.list_contact": ("/contacts", "/contacts?q=maria"),
    "records.list_organization": ("/organizations",),
    "records.list_deal": (
        "/deals",
        "/deals?status=all&owner=mine",
        "/deals?q=nothing+like+it",
        "/deals?status=deleted",
    ),
    "records.list_lead": ("/leads",),
    "records.list_project": ("/projects",),
    "records.show_contact": (
        "/contacts/{contact}",
        "/contacts/{contact}?edit=addresses",
        "/contacts/{contact}?edit=organization_id",
        "/contacts/{contact}?edit=visibility",
    ),
    "records.show_organization": ("/organizations/{organization}", "/organizations/{organization}?edit=name"),
    "records.show_deal": ("/deals/{deal}", "/deals/{deal}?edit=value", "/deals/{deal}?edit=contact_ids"),
    "records.show_lead": ("/leads/{lead}",),
    "records.show_project": ("/projects/{project}",),
    "records.new_contact": ("/contacts/new", "/contacts/new?from={message}"),
    "records.new_organization": ("/organizations/new",),
    "records.new_deal": ("/deals/new", "/deals/new?from={message}"),
    "records.new_lead": ("/leads/new",),
    "records.new_project": ("/projects/new",),
    "records.choose_merge": ("/contacts/{contact}/merge",),
    "records.earlier_contact": ("/contacts/{contact}/earlier",),
    "records.earlier_organization": ("/organizations/{organization}/earlier",),
    "records.earlier_deal": ("/deals/{deal}/earlier",),
    "records.earlier_lead": ("/leads/{lead}/earlier",),
    "records.earlier_project": ("/projects/{project}/earlier",),
    "held.show": ("/held",),
    "questions.show": ("/unresolved",),
    "questions.show_one": ("/unresolved/{question}",),
    "settings.show": ("/settings",),
    "settings.test_mail": ("/settings/test",),
    "settings.senders": ("/settings/senders",),
    "confirm.show": ("/senders/confirm/{secret}",),
    "settings.forwarding": ("/settings/forwarding",),
    "settings.gateway": ("/settings/gateway",),
    "settings.sharing": ("/settings/sharing",),
    "settings.again": ("/settings/again",),
    "settings.answers": ("/settings/answers",),
    "settings.blocked": ("/settings/blocked",),
    "settings.imports": ("/settings/import",),
    "settings.notices": ("/settings/notices",),
    "settings.profile": ("/settings/profile",),
    "settings.security": ("/settings/security",),
    "settings.second_step": ("/settings/security/second-step",),
    "settings.recovery_codes": ("/settings/security/codes",),
    "settings.new_passkey": ("/settings/security/passkeys",),
    "settings.tokens": ("/settings/tokens",),
    "settings.webhooks": ("/settings/webhooks",),
    "settings.webhook": ("/settings/webhooks/{webhook}",),
    "settings.delivery": ("/settings/webhooks/{webhook}/deliveries/{delivery}",),
    "settings.programs": ("/settings/programs",),
    "settings.appearance": ("/settings/appearance",),
    "settings.handover": ("/settings/handover",),
    "docs.read": ("/api/docs",),
}
ADA: Final[dict[str, tuple[str, ...]]] = {
    "held.show": ("/held",),
    "admin.show": ("/admin",),
    "admin.policies": ("/admin/policies",),
    "admin.never_store": ("/admin/never-store",),
    "admin.domains": ("/admin/domains",),
    "admin.address": ("/admin/address",),
    "admin.gateway": ("/admin/gateway",),
    "admin.outbox": ("/admin/outbox",),
    "deliveries.show": ("/deliveries", "/deliveries?q=nothing+like+it"),
    "deliveries.show_incoming": ("/deliveries/in/{incoming}",),
    "admin.queues": ("/admin/queues",),
    "admin.storage": ("/admin/storage", "/admin/storage?days=1"),
    "admin.backups": ("/admin/backups",),
    "admin.configuration": ("/admin/configuration",),
    "admin.dns": ("/admin/dns",),
    "admin.privacy": ("/admin/privacy",),
    "admin.pauses": ("/admin/pauses",),
    "admin.users": ("/admin/users",),
    "admin.user": ("/admin/users/{user}",),
    "admin.leave": ("/admin/users/{user}/leave",),
    "admin.teams": ("/admin/teams",),
    "admin.sign_in": ("/admin/sign-in",),
    "admin.team": ("/admin/teams/{team}",),
    "admin.senders": ("/admin/senders",),
    "admin.sender_domains": ("/admin/senders/domains",),
    "admin.audit": ("/admin/audit", "/admin/audit?kind=company"),
    "first_run.addresses": ("/welcome",),
    "first_run.first_mail": ("/welcome/mail",),
}
NOBODY: Final[dict[str, tuple[str, ...]]] = {
    "login.show": ("/login",),
    "login.ask_address": ("/login/company",),
    "login.invited": ("/invite/{invite}",),
}
NO_PAGE: Final[dict[str, str]] = {
    "static": "files of the pages",
    "sheets": "a file of the pages",
    "script": "a file of the pages",
    "healthz": "for machines",
    "login.home": "leads on",
    "first_run.begin": "only while there is no company: test_first_run.py",
    "demo.show": "only in a demo: test_first_run.py",
    "letter.frame": "a mail's HTML, inside its letter's page",
    "letter.raw": "a download",
    "inbox.suggest": "options of a field: tests/browser/test_inbox.py",
    "pulse.show": "what is new, for the page that is open",
    "images.show": "a remote picture by the proxy",
    "letter.download": "a download",
    "letter.on_paper": "for paper, where no script runs that could look at it: test_files.py reads it",
    "thread.on_paper": "the same",
    "files.every": "a download",
    "files.preview": "a picture of a file, on the page of the letter",
    "files.view": "of a file: test_files.py looks at it",
    "login.ask_passkey": "what a browser asks its authenticators for",
    "login.ask_step_passkey": "what a browser asks its authenticators for",
    "login.go_to_provider": "leads on",
    "login.back_from_provider": "leads on",
    "login.ask_code": "after a right password alone: tests/browser/test_second_step.py looks at it",
    **{f"records.card_{one}": "a download" for one in RECORDS},
    **{f"records.code_{one}": "a picture on the page of its record" for one in RECORDS},
    "settings.card": "a download",
    "deliveries.show_outgoing": "after a mail of ours alone: tests/browser/test_operating.py looks at it",
    "settings.import_one": "after a file was chosen alone: tests/webui/test_import_pages.py",
    "settings.left_out": "a download",
    "admin.audit_file": "a download",
    "settings.qr": "a picture on the page of the addresses",
    "settings.second_step_qr": "a picture on the page of the second step",
}

VARIED: Final = frozenset(
    {
        "admin.audit",
        "admin.users",
        "held.show",
        "inbox.show",
        "letter.show",
        "letter.why",
        "questions.show",
        "records.list_contact",
        "records.list_deal",
        "records.show_contact",
        "records.show_deal",
        "thread.show",
    }
)
"""Looked at in every state; the others share their templates, so that the suite looks at them with nothing and with
much, and in the other states where EVERY_STATE is set."""
ALIKE: Final = frozenset(
    {
        "docs.read",
        "admin.sign_in",
        "first_run.addresses",
        "login.show",
        "login.ask_address",
        "settings.new_passkey",
        "settings.appearance",
        "settings.notices",
        "settings.profile",
        "settings.recovery_codes",
        "settings.second_step",
        "settings.sharing",
    }
)
"""Pages that show nothing of a state: one look is enough."""


FILTERS: Final = ("?view=", "?q=", "?status=", "?kind=")
"""A list by some of its rows: they look as in the whole list, and where there are none the words are its own."""


def addresses(templates: tuple[str, ...], state: State, *, filters: bool = True) -> Iterator[str]:
    """Answer the addresses of a page in a state: none where it has nothing to show there; of a variant the first."""
    for template in templates:
        if not filters and any(one in template for one in FILTERS):
            continue
        names = [name for _, name, _, _ in Formatter().parse(template) if name]
        most = 1 if "?" in template else None
        for chosen in itertools.product(*(state.ids.get(name, [])[:most] for name in names)):
            yield template.format(**dict(zip(names, chosen, strict=True)))

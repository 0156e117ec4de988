"""What the pages say of each of the five kinds of record, as whole phrases: kinds differ in gender and case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from languages.speech import marked
from linking.record_fields import RecordType

WORDS: Final[Mapping[RecordType, Mapping[str, str]]] = {
    RecordType.CONTACT: {
        "one": marked("Contact"),
        "several": marked("Contacts"),
        "purpose": marked("People you write to. Mail with one of their addresses is linked to them by itself."),
        "new": marked("New contact"),
        "add": marked("Add contact"),
        "add_first": marked("Add the first contact"),
        "none_yet": marked("No contacts yet"),
        "search": marked("Search contacts"),
        "search_hint": marked("Name or address"),
        "not_found": marked("No name or address here contains “{words}”."),
        "which": marked("Which contacts"),
        "whose": marked("Whose contacts"),
        "show_all": marked("Show all contacts"),
        "none_of_mine": marked("None of the contacts is yours."),
        "none_so": marked("None of the contacts is in this list."),
        "delete": marked("Delete this contact"),
        "deleted": marked("Contact deleted."),
        "back": marked("Contact is back."),
        "added": marked("Contact added."),
        "added_linked": marked("Contact added, and the mail is linked to it."),
        "address": marked("Bcc address of this contact"),
        "tag": marked("Reference tag of this contact"),
        "take_earlier": marked("Link all earlier mail to this contact"),
        "no_mail": marked("Put the address of this contact into the Bcc field of your next mail, or just write to it."),
        "earlier": marked("Mail of its addresses that is not linked to it. Mail that only you see stays yours alone."),
        "not_all_see": marked(
            "Not everybody sees this contact. Mail that colleagues see now stays as it is, unless you link "
            "it too and so hide it from those who may not see the contact."
        ),
    },
    RecordType.ORGANIZATION: {
        "one": marked("Organisation"),
        "several": marked("Organisations"),
        "purpose": marked("Where your contacts work. Mail of its domains is linked to it by itself."),
        "new": marked("New organisation"),
        "add": marked("Add organisation"),
        "add_first": marked("Add the first organisation"),
        "none_yet": marked("No organisations yet"),
        "search": marked("Search organisations"),
        "search_hint": marked("Name or domain"),
        "not_found": marked("No name or domain here contains “{words}”."),
        "which": marked("Which organisations"),
        "whose": marked("Whose organisations"),
        "show_all": marked("Show all organisations"),
        "none_of_mine": marked("None of the organisations is yours."),
        "none_so": marked("None of the organisations is in this list."),
        "delete": marked("Delete this organisation"),
        "deleted": marked("Organisation deleted."),
        "back": marked("Organisation is back."),
        "added": marked("Organisation added."),
        "added_linked": marked("Organisation added, and the mail is linked to it."),
        "address": marked("Bcc address of this organisation"),
        "tag": marked("Reference tag of this organisation"),
        "take_earlier": marked("Link all earlier mail to this organisation"),
        "no_mail": marked(
            "Put the address of this organisation into the Bcc field of your next mail, or write to one of its people."
        ),
        "earlier": marked(
            "Mail of its domains whose writers are no contacts and that is not linked to it. Mail that only "
            "you see stays yours alone."
        ),
        "not_all_see": marked(
            "Not everybody sees this organisation. Mail that colleagues see now stays as it is, unless you "
            "link it too and so hide it from those who may not see the organisation."
        ),
    },
    RecordType.DEAL: {
        "one": marked("Deal"),
        "several": marked("Deals"),
        "purpose": marked("What you may sell. Mail with its contacts is linked to it while it is their only open one."),
        "new": marked("New deal"),
        "add": marked("Add deal"),
        "add_first": marked("Add the first deal"),
        "none_yet": marked("No deals yet"),
        "search": marked("Search deals"),
        "search_hint": marked("Title"),
        "not_found": marked("No title here contains “{words}”."),
        "which": marked("Which deals"),
        "whose": marked("Whose deals"),
        "show_all": marked("Show all deals"),
        "none_of_mine": marked("None of the deals is yours."),
        "none_so": marked("None of the deals is in this list."),
        "delete": marked("Delete this deal"),
        "deleted": marked("Deal deleted."),
        "back": marked("Deal is back."),
        "added": marked("Deal added."),
        "added_linked": marked("Deal added, and the mail is linked to it."),
        "address": marked("Bcc address of this deal"),
        "tag": marked("Reference tag of this deal"),
        "take_earlier": marked("Link all earlier mail to this deal"),
        "no_mail": marked(
            "Put the address of this deal into the Bcc field of your next mail, or just write to one of its contacts."
        ),
        "earlier": marked(
            "Mail of its contacts that is linked to no deal, lead or project. Mail that only you see stays yours alone."
        ),
        "not_all_see": marked(
            "Not everybody sees this deal. Mail that colleagues see now stays as it is, unless you link it "
            "too and so hide it from those who may not see the deal."
        ),
    },
    RecordType.LEAD: {
        "one": marked("Lead"),
        "several": marked("Leads"),
        "purpose": marked("Who may become a customer. Mail with its contacts is linked to it while it is open."),
        "new": marked("New lead"),
        "add": marked("Add lead"),
        "add_first": marked("Add the first lead"),
        "none_yet": marked("No leads yet"),
        "search": marked("Search leads"),
        "search_hint": marked("Title"),
        "not_found": marked("No title here contains “{words}”."),
        "which": marked("Which leads"),
        "whose": marked("Whose leads"),
        "show_all": marked("Show all leads"),
        "none_of_mine": marked("None of the leads is yours."),
        "none_so": marked("None of the leads is in this list."),
        "delete": marked("Delete this lead"),
        "deleted": marked("Lead deleted."),
        "back": marked("Lead is back."),
        "added": marked("Lead added."),
        "added_linked": marked("Lead added, and the mail is linked to it."),
        "address": marked("Bcc address of this lead"),
        "tag": marked("Reference tag of this lead"),
        "take_earlier": marked("Link all earlier mail to this lead"),
        "no_mail": marked(
            "Put the address of this lead into the Bcc field of your next mail, or just write to one of its contacts."
        ),
        "earlier": marked(
            "Mail of its contacts that is linked to no deal, lead or project. Mail that only you see stays yours alone."
        ),
        "not_all_see": marked(
            "Not everybody sees this lead. Mail that colleagues see now stays as it is, unless you link it "
            "too and so hide it from those who may not see the lead."
        ),
    },
    RecordType.PROJECT: {
        "one": marked("Project"),
        "several": marked("Projects"),
        "purpose": marked("Work for a customer, with all the mail about it."),
        "new": marked("New project"),
        "add": marked("Add project"),
        "add_first": marked("Add the first project"),
        "none_yet": marked("No projects yet"),
        "search": marked("Search projects"),
        "search_hint": marked("Title"),
        "not_found": marked("No title here contains “{words}”."),
        "which": marked("Which projects"),
        "whose": marked("Whose projects"),
        "show_all": marked("Show all projects"),
        "none_of_mine": marked("None of the projects is yours."),
        "none_so": marked("None of the projects is in this list."),
        "delete": marked("Delete this project"),
        "deleted": marked("Project deleted."),
        "back": marked("Project is back."),
        "added": marked("Project added."),
        "added_linked": marked("Project added, and the mail is linked to it."),
        "address": marked("Bcc address of this project"),
        "tag": marked("Reference tag of this project"),
        "take_earlier": marked("Link all earlier mail to this project"),
        "no_mail": marked(
            "Put the address of this project into the Bcc field of your next mail, or just write to one of "
            "its contacts."
        ),
        "earlier": marked(
            "Mail of its contacts that is linked to no deal, lead or project. Mail that only you see stays yours alone."
        ),
        "not_all_see": marked(
            "Not everybody sees this project. Mail that colleagues see now stays as it is, unless you link "
            "it too and so hide it from those who may not see the project."
        ),
    },
}

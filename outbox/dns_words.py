"""What records are for and what is wrong with one, in words for whoever keeps the DNS; said where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from languages.speech import marked
from outbox.dns_record import Purpose, Remark, State

PURPOSES: Final[Mapping[Purpose, tuple[str, str]]] = {
    Purpose.MX: (marked("Where mail goes"), marked("Without it no Bcc copy reaches this server.")),
    Purpose.A: (marked("Address of this server"), marked("The IPv4 address that the world reaches it by.")),
    Purpose.AAAA: (marked("Address of this server (IPv6)"), marked("Only if it has one: it is not needed.")),
    Purpose.PTR: (
        marked("Name of the address"),
        marked("Set where the server is rented, not in your DNS: the name that its IP address has."),
    ),
    Purpose.SPF: (marked("Who may send (SPF)"), marked("Names the servers that send our notices.")),
    Purpose.DKIM: (
        marked("Key of our signature (DKIM)"),
        marked("Every mail of ours is signed; with this key others can check it."),
    ),
    Purpose.DMARC: (
        marked("What to do with forgeries (DMARC)"),
        marked("Nobody else writes in our name: forgeries may be refused."),
    ),
    Purpose.MTA_STS: (
        marked("Encrypted delivery (MTA-STS)"),
        marked("Asks other servers to deliver only with TLS. Optional."),
    ),
    Purpose.TLS_RPT: (
        marked("Reports on encryption (TLS-RPT)"),
        marked("Where others tell of deliveries that failed for TLS. Optional."),
    ),
    Purpose.OWN_SPF: (
        marked("Who sends your mail (SPF)"),
        marked("With SPF or DKIM your users' mail can be proved, and so be filed."),
    ),
    Purpose.OWN_DMARC: (
        marked("Policy of your domain (DMARC)"),
        marked("Lets nobody pass for your users. Begin with none, and read its reports."),
    ),
}
STATES: Final[Mapping[State, str]] = {
    State.RIGHT: marked("right"),
    State.MISSING: marked("missing"),
    State.DIFFERENT: marked("different"),
    State.SILENT: marked("DNS did not answer"),
    State.UNKNOWN: marked("not looked yet"),
}
NOT_SET: Final = marked("not set")
"""In place of `missing` where a record is optional."""
REMARKS: Final[Mapping[Remark, str]] = {
    Remark.DOUBLED: marked(
        "Your provider added the domain once more. Enter the host without it (`@` for the domain itself), or end "
        "names with a dot."
    ),
    Remark.OTHER_HOST: marked("Mail goes to another server. Was the old record left in place?"),
    Remark.MORE_HOSTS: marked(
        "Other servers stand beside this one at its rank or below it: mail that reaches them has to be passed on to it."
    ),
    Remark.OTHERS_FIRST: marked("Another server has a lower number, so mail goes there first."),
    Remark.RELAYED: marked("Another server stands in front of this one, as TRUSTED_MTAS says."),
    Remark.NULL_MX: marked("The record says that this domain takes no mail at all. Remove it."),
    Remark.NOT_PUBLIC: marked("The address cannot be reached from outside."),
    Remark.PROXIED: marked(
        "The address is that of a proxy for web pages. Switch the proxy off for this host (at Cloudflare: “DNS only”), "
        "because mail does not pass it."
    ),
    Remark.NO_ADDRESS: marked("Give the server an address first."),
    Remark.OTHER_NAME: marked("The address has another name. Many servers refuse mail from it."),
    Remark.NOT_ALL_NAMED: marked("One of its addresses has another name."),
    Remark.SEVERAL: marked("There are several such records, and then none of them counts. Join them into one."),
    Remark.QUOTED: marked("Quotation marks stand inside the value. Take them out."),
    Remark.TOO_MANY_LOOKUPS: marked(
        "It causes more than 10 look-ups, and then it does not count. Take out what you no longer send through."
    ),
    Remark.UNREADABLE: marked("It cannot be read: something in it is misspelt, or a part is missing."),
    Remark.PASSES_ALL: marked("It lets everybody send, which proves nothing. End it with -all."),
    Remark.NOT_NAMED: marked("It does not name this server, so our notices look like forgeries."),
    Remark.PROVIDER: marked("Your mail provider says what the record has to name; often it is an include."),
    Remark.REVOKED: marked("The key is empty, which means that it was withdrawn."),
    Remark.CUT: marked(
        "Only the beginning of the key stands there. Long values have to be entered as several strings in one record."
    ),
    Remark.OTHER_KEY: marked("Another key stands there, perhaps that of an earlier installation."),
    Remark.ONLY_WATCHED: marked("So far forgeries are only reported, not refused."),
    Remark.INHERITED: marked("The record of the domain above counts here too."),
    Remark.NEEDS_FILE: marked("It counts only with a policy file on your web server."),
}

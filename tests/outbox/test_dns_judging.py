"""What DNS said beside what should be there: tables of cases, from a zone or from values."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

import pytest

from config.settings import Settings, load
from outbox.dns_asking import ask, ask_all
from outbox.dns_judging import judge, plain_text, tags_of
from outbox.dns_proxies import is_proxy
from outbox.dns_record import Answer, Judged, Purpose, Remark, State, Wanted
from outbox.dns_spf import STOP_AT, count_lookups
from outbox.dns_wanted import strings_of, wanted_of_company, wanted_of_us
from outbox.signing_keys import Published
from tests.kit.resolver import ZoneResolver

HOST = "mail.example.org"
DOMAIN = "bcc.example.org"
PUBLIC = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvhEeBIc6nsYw" * 6
KEY = Published(domain=DOMAIN, selector="smartbcc-1", public=PUBLIC)


def settings(**given: str) -> Settings:
    """Answer settings with names that DNS could carry."""
    return load({"SMARTBCC_HOSTNAME": HOST, "SMARTBCC_MAIL_DOMAIN": DOMAIN, "SMARTBCC_SMARTHOST_URL": "mx"} | given)


def wanted(purpose: Purpose, **given: str) -> Wanted:
    """Answer the one record for that end."""
    everything = [*wanted_of_us(settings(**given), {DOMAIN: KEY}), *wanted_of_company(["example.org"])]
    (found,) = [one for one in everything if one.purpose is purpose]
    return found


def stands(purpose: Purpose, zone: str, **given: str) -> Judged:
    """Answer how the record stands in a zone."""
    one = wanted(purpose, **given)
    return judge(one, ask(one, ZoneResolver(zone), HOST))


CASES = [
    (Purpose.MX, "", State.MISSING, []),
    (Purpose.MX, f"{DOMAIN} MX 10 {HOST}.", State.RIGHT, []),
    (Purpose.MX, f"{DOMAIN} MX 5 MAIL.Example.ORG.", State.RIGHT, []),
    (Purpose.MX, f"{DOMAIN} MX 10 old.example.net", State.DIFFERENT, [Remark.OTHER_HOST]),
    (Purpose.MX, f"{DOMAIN} MX 10 {HOST}.{DOMAIN}", State.DIFFERENT, [Remark.DOUBLED]),
    (Purpose.MX, f"{DOMAIN} MX 0 .", State.DIFFERENT, [Remark.NULL_MX]),
    (Purpose.MX, f"{DOMAIN} MX 10 {HOST}\n{DOMAIN} MX 20 b.example.net", State.RIGHT, [Remark.MORE_HOSTS]),
    (Purpose.MX, f"{DOMAIN} MX 20 {HOST}\n{DOMAIN} MX 10 b.example.net", State.DIFFERENT, [Remark.OTHERS_FIRST]),
    (Purpose.MX, f"{DOMAIN}.{DOMAIN} MX 10 {HOST}", State.MISSING, [Remark.DOUBLED]),
    (Purpose.MX, f"{DOMAIN} MX SERVFAIL", State.SILENT, []),
    (Purpose.A, f"{HOST} A 8.8.8.8", State.RIGHT, []),
    (Purpose.A, f"{HOST} A 10.0.0.7", State.DIFFERENT, [Remark.NOT_PUBLIC]),
    (Purpose.A, f"{HOST} A 104.16.1.1", State.DIFFERENT, [Remark.PROXIED]),
    (Purpose.AAAA, "", State.MISSING, []),
    (Purpose.AAAA, f"{HOST} AAAA 2606:4700::1", State.DIFFERENT, [Remark.PROXIED]),
    (Purpose.PTR, "", State.MISSING, [Remark.NO_ADDRESS]),
    (Purpose.PTR, f"{HOST} A 8.8.8.8", State.MISSING, []),
    (Purpose.PTR, f"{HOST} A 8.8.8.8\n8.8.8.8 PTR Mail.Example.org.", State.RIGHT, []),
    (Purpose.PTR, f"{HOST} A 8.8.8.8\n8.8.8.8 PTR vps1.host.example", State.DIFFERENT, [Remark.OTHER_NAME]),
    (
        Purpose.PTR,
        f"{HOST} A 8.8.8.8\n{HOST} AAAA 2a00::1\n8.8.8.8 PTR {HOST}",
        State.DIFFERENT,
        [Remark.NOT_ALL_NAMED],
    ),
    (Purpose.SPF, "", State.MISSING, []),
    (Purpose.SPF, f"{DOMAIN} TXT google-site-verification=abc", State.MISSING, []),
    (Purpose.SPF, f"{HOST} A 8.8.8.8\n{DOMAIN} TXT v=spf1  a:{HOST}   -all", State.RIGHT, []),
    (Purpose.SPF, f"{HOST} A 8.8.8.8\n{DOMAIN} TXT V=SPF1 ip4:8.8.8.0/24 -all", State.RIGHT, []),
    (Purpose.SPF, f'{HOST} A 8.8.8.8\n{DOMAIN} TXT "v=spf1 a:{HOST} -all"', State.DIFFERENT, [Remark.QUOTED]),
    (Purpose.SPF, f"{HOST} A 8.8.8.8\n{DOMAIN} TXT v=spf1 -all", State.DIFFERENT, [Remark.NOT_NAMED]),
    (Purpose.SPF, f"{HOST} A 8.8.8.8\n{DOMAIN} TXT v=spf1 +all", State.RIGHT, [Remark.PASSES_ALL]),
    (Purpose.SPF, f"{HOST} A 8.8.8.8\n{DOMAIN} TXT v=spf1 ip4:999 -all", State.DIFFERENT, [Remark.UNREADABLE]),
    (
        Purpose.SPF,
        f"{DOMAIN} TXT v=spf1 a:{HOST} -all\n{DOMAIN} TXT v=spf1 include:x.example -all",
        State.DIFFERENT,
        [Remark.SEVERAL],
    ),
    (
        Purpose.SPF,
        f"{HOST} A 8.8.8.8\n{DOMAIN} TXT v=spf1 include:in.example -all\nin.example TXT v=spf1 a:{HOST} ~all",
        State.RIGHT,
        [],
    ),
    (Purpose.DKIM, "", State.MISSING, []),
    (Purpose.DKIM, f"{KEY.name} TXT {KEY.value}", State.RIGHT, []),
    (Purpose.DKIM, f"{KEY.name} TXT p={PUBLIC[:100]} {PUBLIC[100:]};k=rsa ; v=DKIM1", State.RIGHT, []),
    (Purpose.DKIM, f"{KEY.name} CNAME key.provider.example\nkey.provider.example TXT {KEY.value}", State.RIGHT, []),
    (Purpose.DKIM, f"{KEY.name} TXT {KEY.value[:255]}", State.DIFFERENT, [Remark.CUT]),
    (Purpose.DKIM, f"{KEY.name} TXT v=DKIM1; p=", State.DIFFERENT, [Remark.REVOKED]),
    (Purpose.DKIM, f"{KEY.name} TXT v=DKIM1; p=AAAAB3NzaC1yc2E", State.DIFFERENT, [Remark.OTHER_KEY]),
    (Purpose.DKIM, f"{KEY.name} TXT v=DKIM1; k=rsa", State.DIFFERENT, [Remark.UNREADABLE]),
    (Purpose.DKIM, f'{KEY.name} TXT "{KEY.value[:255]}" "{KEY.value[255:]}"', State.DIFFERENT, [Remark.QUOTED]),
    (
        Purpose.DKIM,
        f"{KEY.name} TXT {KEY.value}\n{KEY.name} TXT v=DKIM1; p=AAAA",
        State.DIFFERENT,
        [Remark.SEVERAL],
    ),
    (Purpose.DKIM, f"{KEY.name}.{DOMAIN} TXT {KEY.value}", State.MISSING, [Remark.DOUBLED]),
    (Purpose.DMARC, "", State.MISSING, []),
    (Purpose.DMARC, f"_dmarc.{DOMAIN} TXT v=DMARC1;p=reject", State.RIGHT, []),
    (Purpose.DMARC, f"_dmarc.{DOMAIN} TXT v=DMARC1; p=none", State.RIGHT, [Remark.ONLY_WATCHED]),
    (Purpose.DMARC, "_dmarc.example.org TXT v=DMARC1; p=quarantine", State.RIGHT, [Remark.INHERITED]),
    (Purpose.DMARC, f"_dmarc.{DOMAIN} TXT v=DMARC1; p=perhaps", State.DIFFERENT, [Remark.UNREADABLE]),
    (Purpose.DMARC, f'_dmarc.{DOMAIN} TXT "v=DMARC1; p=reject"', State.DIFFERENT, [Remark.QUOTED]),
    (
        Purpose.DMARC,
        f"_dmarc.{DOMAIN} TXT v=DMARC1; p=reject\n_dmarc.{DOMAIN} TXT v=DMARC1; p=none",
        State.DIFFERENT,
        [Remark.SEVERAL],
    ),
    (Purpose.MTA_STS, f"_mta-sts.{DOMAIN} TXT v=STSv1; id=20260101;", State.RIGHT, [Remark.NEEDS_FILE]),
    (Purpose.MTA_STS, f"_mta-sts.{DOMAIN} TXT v=STSv1;", State.DIFFERENT, [Remark.UNREADABLE]),
    (Purpose.TLS_RPT, f"_smtp._tls.{DOMAIN} TXT v=TLSRPTv1;rua=mailto:t@example.org", State.RIGHT, []),
    (Purpose.TLS_RPT, f"_smtp._tls.{DOMAIN} TXT hello", State.DIFFERENT, [Remark.UNREADABLE]),
    (Purpose.OWN_SPF, "example.org TXT v=spf1 include:spf.host.example -all", State.DIFFERENT, [Remark.UNREADABLE]),
    (Purpose.OWN_SPF, "example.org TXT v=spf1 ip4:8.8.8.8 ~all", State.RIGHT, []),
    (Purpose.OWN_DMARC, "_dmarc.example.org TXT v=DMARC1; p=none; t=y", State.RIGHT, [Remark.ONLY_WATCHED]),
]


@pytest.mark.parametrize(("purpose", "zone", "state", "remarks"), CASES)
def test_each_case(purpose: Purpose, zone: str, state: State, remarks: list[Remark]) -> None:
    found = stands(purpose, zone)
    assert (found.state, list(found.remarks)) == (state, remarks)


def test_nothing_is_known_before_anybody_asked() -> None:
    assert judge(wanted(Purpose.MX), None).state is State.UNKNOWN
    assert {one.look for one in (judge(wanted(Purpose.MX), None), judge(wanted(Purpose.AAAA), Answer()))} == {""}


def test_a_server_in_front_is_as_good_as_our_own() -> None:
    zone = f"{DOMAIN} MX 10 gateway.example.net"
    assert stands(Purpose.MX, zone, SMARTBCC_TRUSTED_MTAS="192.0.2.0/24").remarks == (Remark.RELAYED,)


def test_through_a_smarthost_the_provider_says_whom_spf_names() -> None:
    given = {"SMARTBCC_SMARTHOST_URL": "smtp+starttls://u:secret@smtp.host.example:587"}
    assert wanted(Purpose.SPF, **given).value == "v=spf1 a:smtp.host.example ~all"
    found = stands(Purpose.SPF, f"{DOMAIN} TXT v=spf1 ip4:8.8.8.8 -all", **given)
    assert (found.state, found.remarks) == (State.RIGHT, (Remark.PROVIDER,))


@pytest.mark.parametrize(
    ("smarthost", "value"),
    [
        ("mx", f"v=spf1 a:{HOST} -all"),
        ("smtp://127.0.0.1:25", f"v=spf1 a:{HOST} -all"),
        ("smtp://[::1]:25", f"v=spf1 a:{HOST} -all"),
        ("smtp://192.0.2.7", "v=spf1 ip4:192.0.2.7 ~all"),
        ("smtps://[2001:db8::7]", "v=spf1 ip6:2001:db8::7 ~all"),
    ],
)
def test_spf_names_whoever_sends(smarthost: str, value: str) -> None:
    assert wanted(Purpose.SPF, SMARTBCC_SMARTHOST_URL=smarthost).value == value


def test_includes_are_counted_and_more_than_ten_look_ups_are_too_many() -> None:
    nested = "\n".join(f"s{n}.example TXT v=spf1 include:s{n + 1}.example a mx -all" for n in range(5))
    zone = f"{HOST} A 8.8.8.8\n{DOMAIN} TXT v=spf1 a:{HOST} include:s0.example -all\n{nested}\ns5.example TXT v=spf1"
    found = stands(Purpose.SPF, zone)
    assert found.answer is not None
    assert found.answer.facts["lookups"] == 17
    assert (found.state, found.remarks) == (State.DIFFERENT, (Remark.TOO_MANY_LOOKUPS,))


@pytest.mark.parametrize(
    ("record", "zone", "count"),
    [
        ("v=spf1 -all", {}, 0),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", {}, 0),
        ("v=spf1 a mx/24 ptr exists:%{i}.x.example a:b.example/28 -all", {}, 5),
        ("v=spf1 include:a.example -all", {"a.example": ["v=spf1 include:b.example"], "b.example": ["v=spf1 mx"]}, 3),
        ("v=spf1 redirect=a.example", {"a.example": ["v=spf1 mx -all"]}, 2),
        ("v=spf1 redirect=a.example ~all", {"a.example": ["v=spf1 mx -all"]}, 0),
        ("v=spf1 ?include:a.example", {"a.example": ["something else"]}, 1),
        ("v=spf1 include:a.example", {"a.example": ["v=spf1 include:a.example"]}, STOP_AT),
        ("v=spf1 include:a.example", {"a.example": ["v=spf1 " + "mx " * 900]}, STOP_AT),
    ],
)
def test_look_ups_of_a_record(record: str, zone: Mapping[str, list[str]], count: int) -> None:
    assert count_lookups(record, lambda name: zone.get(name, [])) == count


def test_texts_are_compared_as_they_are_meant() -> None:
    assert plain_text('"v=DKIM1; " "p=AB" "CD"') == "v=DKIM1; p=ABCD"
    assert tags_of(" V=DKIM1 ;p = AB C=\n; ;t") == {"v": "DKIM1", "p": "ABC=", "t": ""}


def test_a_long_value_is_offered_as_strings_that_give_it_again() -> None:
    shown = strings_of(KEY.value)
    pieces = shown.strip('"').split('" "')
    assert [len(one) <= 255 for one in pieces] == [True] * len(pieces)
    assert "".join(pieces) == KEY.value
    assert plain_text(shown) == KEY.value


def test_failures_of_one_question_leave_the_others_alone() -> None:
    everything = wanted_of_us(settings(), {})
    assert not any(one.purpose is Purpose.DKIM for one in everything), "no key, no record"
    answers = ask_all(everything, ZoneResolver(f"{DOMAIN} * SERVFAIL\n{HOST} A 8.8.8.8"), HOST)
    states = {one.purpose: judge(one, answer).state for one, answer in answers.items()}
    assert states[Purpose.MX] is states[Purpose.SPF] is State.SILENT
    assert states[Purpose.A] is State.RIGHT


def test_networks_of_proxies() -> None:
    assert is_proxy(ipaddress.ip_address("188.114.97.1"))
    assert not is_proxy(ipaddress.ip_address("192.0.2.1"))

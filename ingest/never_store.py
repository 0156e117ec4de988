"""Mail that a company never stores (RULES R34): found when the parties are known, before anything is filed.

The words of the built-in rules are few and telling: a rule that is too eager loses mail, one that is too shy is
helped by `subject:`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from accounts.never_store import Never, NeverStore, parse_rule
from ingest.letter import Letter, Mail
from ingest.reader import Reader
from linking.decision import Step
from linking.rule import Rule
from mail.address import address_key
from mail.message import Address

BEGINNING: Final = 2_000
"""Characters of the text in which the words of a kind are looked for."""
CODE: Final = re.compile(r"(?<![\w.,-])(?:\d{4,8}|\d{3}[ -]\d{3,4}|[A-Z]-\d{5,8})(?![\w-])")
"""What a one-time code looks like: 4 to 8 digits, or two groups."""
CODE_WORDS: Final = (
    "verification code|security code|one-time code|one time code|one-time password|one-time passcode|login code"
    "|sign-in code|authentication code|confirmation code|your code is|otp|2fa code"
    "|bestätigungscode|sicherheitscode|einmalcode|einmalpasswort|anmeldecode|verifizierungscode|ihr code lautet"
    "|código de verificación|código de seguridad|código de acceso|código de un solo uso|contraseña de un solo uso"
    "|tu código es|su código es"
    "|engangskode|engangspassord|bekreftelseskode|sikkerhetskode|innloggingskode|verifiseringskode"
)
PAYROLL_WORDS: Final = (
    "payslip|pay slip|paystub|pay stub|payroll|wage slip|salary statement|salary slip"
    "|gehaltsabrechnung|lohnabrechnung|lohnzettel|gehaltszettel|entgeltabrechnung|verdienstabrechnung"
    "|nómina|recibo de sueldo|recibo de salario|liquidación de sueldo"
    "|lønnsslipp|lønnsutbetaling|lønnsoppgave"
)
LEGAL_WORDS: Final = (
    "attorney-client privilege|attorney client privilege|attorney-client privileged|attorney work product"
    "|privileged and confidential|privileged & confidential|legal privilege|legally privileged|solicitor-client"
    "|anwaltskorrespondenz|anwaltsgeheimnis|mandantengeheimnis|anwaltliche schweigepflicht|verteidigerpost"
    "|secreto profesional|privilegio abogado-cliente|confidencialidad abogado-cliente|comunicación abogado-cliente"
    "|advokatkorrespondanse|advokatens taushetsplikt|underlagt taushetsplikt"
)


def never_stored(look: Reader, mail: Mail, letters: tuple[Letter, ...]) -> NeverStore | None:
    """Answer the rule by which the mail is not stored, None where it is.

    One letter that a rule names is enough, because the mail holds it. Not asked again of mail that was filed
    before, nor of mail that a person let in.
    """
    if mail.inbound.released_by is not None or any(letter.kept for letter in letters):
        return None
    for text in look.policies().never_store:
        rule = parse_rule(text)
        if rule.kind is Never.UNKNOWN_CONTACT:
            found = bool(letters) and all(_has_strangers_alone(look, letter) for letter in letters)
        else:
            found = any(MATCHES[rule.kind](letter, rule.value) for letter in letters)
        if found:
            return rule
    return None


def discarding_step(rule: NeverStore) -> Step:
    """Say by which rule nothing was stored."""
    return Step(step="screen", outcome="discard", rule=Rule.NEVER_STORE, args={"what": str(rule)})


def _has_strangers_alone(look: Reader, letter: Letter) -> bool:
    """Tell whether outsiders take part and none is a contact that the owner sees; a record address speaks for it."""
    outside = letter.parties.outside
    if not outside or letter.record_ids:
        return False
    return not look.contacts(letter.owner_id, [one.key for one in outside])


def _is_from(letter: Letter, place: str) -> bool:
    return _any_at(letter.message.from_, place)


def _is_to(letter: Letter, place: str) -> bool:
    return _any_at((*letter.message.to, *letter.message.cc), place)


def _any_at(addresses: tuple[Address, ...], place: str) -> bool:
    keys = [address_key(one.address) for one in addresses]
    if "@" in place:
        return place in keys
    return any(key.endswith((f"@{place}", f".{place}")) for key in keys)


def _has_subject(letter: Letter, words: str) -> bool:
    return _phrase(words).search(_plain(letter.message.subject)) is not None


def _is_one_time_code(letter: Letter, _: str) -> bool:
    return _says(letter, CODE_WORDS) and CODE.search(_beginning(letter)) is not None


def _is_payroll(letter: Letter, _: str) -> bool:
    files = " ".join(one.filename for one in letter.message.attachments)
    return _wanted(PAYROLL_WORDS).search(_plain(f"{letter.message.subject}\n{files}")) is not None


def _is_legal(letter: Letter, _: str) -> bool:
    return _says(letter, LEGAL_WORDS)


MATCHES: Final[Mapping[Never, Callable[[Letter, str], bool]]] = {
    Never.FROM: _is_from,
    Never.TO: _is_to,
    Never.SUBJECT: _has_subject,
    Never.ONE_TIME_CODE: _is_one_time_code,
    Never.PAYROLL: _is_payroll,
    Never.LEGAL: _is_legal,
}


def _says(letter: Letter, words: str) -> bool:
    return _wanted(words).search(_plain(_beginning(letter))) is not None


def _beginning(letter: Letter) -> str:
    return f"{letter.message.subject}\n{letter.message.new_text[:BEGINNING]}"


def _plain(text: str) -> str:
    """Answer the text as words are compared: NFC, folded, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("_", " ").split())


@lru_cache(maxsize=512)
def _phrase(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_plain(words))}(?!\w)")


@lru_cache(maxsize=8)
def _wanted(words: str) -> re.Pattern[str]:
    """Answer a pattern of phrases, each beginning and ending with its words."""
    phrases = "|".join(re.escape(_plain(one)) for one in words.split("|"))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)")

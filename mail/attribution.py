"""The line above a quoted mail: `On 4 March 2026 at 10:20, Ann Smith <ann@example.org> wrote:` in many languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail.address import parse_address_list
from mail.message import Address

LINES: Final = 4
CHARACTERS: Final = 400

_VERBS: Final = (
    r"wrote|writes|said|schrieb|schreibt|hat geschrieben|geschrieben|a écrit|écrit|écrivait|escribió|escribio|"
    r"escribía|ha scritto|scrive|scrisse|escreveu|escreve|schreef|geschreven|het volgende geschreven|skrev|"
    r"skrev følgende|følgende|följande|skriver|kirjoitti|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|"
    r"napísal(?:\(a\)|a)?|írta|írta a következőt|ezt írta|пишет|писал(?:\(а\)|а)?|написал(?:\(а\)|а)?|"
    r"написав(?:\(ла\)|ла)?|написала|пише|напісаў|написа|a scris|yazdı|şunu yazdı|şunları yazdı|yazmış|έγραψε|"
    r"γράφει|napisao(?:/la)?|napisala|je napisao(?:/la)?|je napisala|написао(?:/ла)?|je pisal|kirjutas|rakstīja|"
    r"rašė|parašė|shkroi|skrifaði|va escriure|ha escrit|idatzi du|escribiu|ysgrifennodd|scríobh|כתב|כתבה|כתב/ה|מאת|"
    r"كتب|كتبت|نوشت|đã viết|viết|menulis|เขียน|เขียนว่า|写道|寫道|写到|寫到|書いた|書きました|のメッセージ|"
    r"님이 작성|작성|wrote the following|लिखा"
)
_LAST_WORDS: Final = (
    "wrote schrieb geschrieben écrit escribió scritto escreveu schreef skrev kirjoitti napisał napisał(a) napsal "
    "napísal napsal(a) napísal(a) írta написал написал(а) пишет написав пише написа scris yazdı έγραψε napisao "
    "napisala följande "
    "følgende 写道 寫道 작성 כתב كتب viết menulis"
)
_LAST: Final = (":", "：", *_LAST_WORDS.split())
_TAIL: Final = "> \t\xa0*_,)»\"'"
_OPENERS: Final = (
    r"on|am|le|el|il|em|op|den|dnia|w dniu|dne|dňa|в|на|у|la|în data|pe|στις|u|dana|za|tarihinde|at|il giorno|a las|"
    r"ons|tor|fre|den|kuupäeval|bi|ב|בתאריך|في|vào|pada|เมื่อ"
)
_END: Final = re.compile(rf"(?:(?:\b|(?<=[^\x00-\x7f]))(?:{_VERBS})[\s>*_,)»\"']*[:：]?|[:：])\s*$", re.IGNORECASE)
_VERB: Final = re.compile(rf"(?:(?<![^\W\d_])|(?<=[^\x00-\x7f]))(?:{_VERBS})(?![^\W\d_])", re.IGNORECASE)
_CJK_VERB: Final = re.compile(r"写道|寫道|写到|寫到|書いた|書きました|のメッセージ|님이 작성|작성")
_TIME: Final = re.compile(r"\d{1,2}[:.h]\d\d|\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}月")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]\"',;:]{1,100}@[^\s<>()\[\]\"',;:]{3,200}")
_OPENER: Final = re.compile(rf"\W*+(?:{_OPENERS})\b", re.IGNORECASE)
_CLOSES_ADDRESS: Final = re.compile(r"[>)\]][\s*_]*[:：]\s*$")
_NAME_BEFORE: Final = re.compile(
    r"[\"“«„]\s*([^\"”»“<>]{1,100}?)\s*[\"”»“]\s*[(<]|([^\W\d_][^\d,<>()\"]{0,80}?)\s*[(<]\s*<?\s*\Z"
)
_DATE: Final = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:,)?(?:\s+(?:at|um|à|alle|om|kl\.?|o|klo|"
    r"в))?\s+\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s*[AaPp]\.?[Mm]\.?)?"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to have written the quoted mail and when, as found; `lines` is how many lines said so."""

    lines: int
    author: Address | None
    date: str


def ends_attribution(line: str) -> bool:
    """Answer quickly whether the line may be the last of an attribution."""
    return line.rstrip(_TAIL).endswith(_LAST)


def find_attribution(lines: list[str], start: int) -> Attribution | None:
    """Answer the attribution that begins at this line, None where there is none."""
    first = lines[start].strip("> \t\xa0\ufeff")
    if not first or len(first) > CHARACTERS:
        return None
    text = ""
    for count in range(1, LINES + 1):
        if start + count > len(lines):
            return None
        line = lines[start + count - 1].strip("> \t\xa0\ufeff")
        if not line:
            return None
        text = f"{text} {line}" if text else line
        if len(text) > CHARACTERS:
            return None
        if ends_attribution(line) and _says_so(text, opened=count > 1):
            return Attribution(count, _author(text), _date(text))
    return None


def _says_so(text: str, *, opened: bool) -> bool:
    if not _END.search(text[-80:]):
        return False
    timed, addressed = bool(_TIME.search(text)), "@" in text and bool(_ADDRESS.search(text))
    if opened and not (_OPENER.match(text) or _TIME.match(text) or text[0].isdigit() or _starts_with_day(text)):
        return False
    verb = bool(_VERB.search(text) or _CJK_VERB.search(text))
    if verb and (timed or addressed):
        return text.rstrip().endswith((":", "：")) or addressed or bool(_OPENER.match(text))
    # Gmail in languages without a verb: `2026年3月4日(水) 10:20 Ann <ann@example.org>:`
    return timed and addressed and bool(_CLOSES_ADDRESS.search(text))


def _starts_with_day(text: str) -> bool:
    """`mån 4 mars 2026 kl. 10:20 skrev`: a short word, then a number."""
    return bool(re.match(r"[^\W\d_]{2,12}[.,]?\s+\d", text))


def _author(text: str) -> Address | None:
    address = _ADDRESS.search(text)
    if not address:
        return None
    name = _NAME_BEFORE.search(text[: address.start()])
    shown = next((group for group in name.groups() if group), "") if name else ""
    words = shown.strip(" \"'«»„“”*").split()
    found = parse_address_list(address[0].removeprefix("mailto:").rstrip(".>"))
    return Address(" ".join(words[-4:]), found[0].address) if found else None


def _date(text: str) -> str:
    found = _DATE.search(text)
    if found:
        return found[0]
    address = _ADDRESS.search(text)
    head = text[: address.start()] if address else text
    return _OPENER.sub("", head, count=1).strip(" ,\"'<(*")[:100] if _TIME.search(head) else ""

"""The line above a quoted mail: `On 4 March 2026 at 10:20, Ann Smith <ann@example.org> wrote:` in many languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from mail.address import parse_address_list
from mail.message import Address

LINES: Final = 4
CHARACTERS: Final = 400
QUOTING: Final = 160
NAMING: Final = 6

_VERB_LIST: Final = (
    "wrote|writes|said|wrote the following|schrieb|schreibt|hat geschrieben|geschrieben|a écrit|écrit|"
    "écrivait|escribió|escribio|escribía|ha scritto|scrive|scrisse|escreveu|escreve|schreef|geschreven|"
    "het volgende geschreven|skrev|skrev følgende|følgende|följande|skriver|kirjoitti|napisał|napisała|"
    "napisał(a)|pisze|napsal|napsala|napsal(a)|napísal|napísala|napísal(a)|írta|írta a következőt|ezt írta|"
    "пишет|писал|писала|писал(а)|написал|написала|написал(а)|написав|написав(ла)|пише|напісаў|напісала|"
    "напісаў(ла)|написа|напиша|a scris|yazdı|şunu yazdı|şunları yazdı|yazmış|έγραψε|γράφει|napisao|napisala|"
    "napisao/la|je napisao|je napisala|je napisao/la|написао|написао/ла|је написао|је написао/ла|je pisal|"
    "je napisal|kirjutas|rakstīja|uzrakstīja|rašė|parašė|shkroi|ka shkruar|skrifaði|va escriure|ha escrit|"
    "idatzi du|escribiu|ysgrifennodd|scríobh|het geskryf|sumulat|isinulat ni|aliandika|yazıb|yozdi|жазды|כתב|"
    "כתבה|כתב/ה|כתב(ה)|מאת|كتب|كتبت|نوشت|نوشته است|نے لکھا|đã viết|viết|menulis|เขียน|เขียนว่า|写道|寫道|写到|寫到|"
    "書いた|書きました|のメッセージ|님이 작성|작성|쓴 글|लिखा|लिहिले|লিখেছেন|எழுதியது|დაწერა|գրել է"
)
_VERBS: Final = tuple(_VERB_LIST.split("|"))
_VERB_PATTERN: Final = "|".join(re.escape(verb) for verb in sorted(_VERBS, key=len, reverse=True))
_FOLDED: Final = tuple(dict.fromkeys(verb.casefold() for verb in _VERBS))
_VERB_SET: Final = frozenset(_FOLDED)
_PERSON_WORDS: Final = (
    "i you he she we they it as what ich du er sie wir ihr es was je tu il elle nous vous yo tú usted"
)
_PERSONS: Final = frozenset(_PERSON_WORDS.split())
"""`As you wrote:` is a sentence of the writer's own."""
_PARTICLE_WORDS: Final = "von van vom zu zur der den de da di du del della la le el al bin ibn dos das"
_PARTICLES: Final = frozenset(_PARTICLE_WORDS.split())
_LAST_WORDS: Final = (
    "wrote schrieb geschrieben écrit escribió scritto escreveu schreef skrev kirjoitti napisał napisał(a) napsal "
    "napísal napsal(a) napísal(a) írta написал написал(а) пишет написав пише написа scris yazdı έγραψε napisao "
    "napisala följande "
    "følgende 写道 寫道 작성 כתב كتب viết menulis"
)
_LAST: Final = (":", "：", *_LAST_WORDS.split())
_TURNS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""What turns the direction of letters; Gmail writes it around names and addresses in Hebrew, Arabic and Persian."""
_TAIL: Final = "> \t\xa0*_,)»\"'-" + "".join(map(chr, _TURNS))
_AROUND: Final = "> \t\xa0\ufeff"
_OPENERS: Final = (
    r"on|am|le|el|il|em|op|den|dnia|w dniu|dne|dňa|в|на|у|la|în data|pe|στις|u|dana|za|tarihinde|at|il giorno|a las|"
    r"ons|tor|fre|den|kuupäeval|bi|ב|בתאריך|في|vào|pada|เมื่อ"
)
_END: Final = re.compile(
    rf"(?:(?:\b|(?<=[^\x00-\x7f]))(?:{_VERB_PATTERN})[\s>*_,)»\"'-]*[:：]?|[:：])\s*$", re.IGNORECASE
)
_VERB: Final = re.compile(rf"(?:(?<![^\W\d_])|(?<=[^\x00-\x7f]))(?:{_VERB_PATTERN})(?![^\W\d_])", re.IGNORECASE)
_CJK_VERB: Final = re.compile(r"写道|寫道|写到|寫到|書いた|書きました|のメッセージ|님이 작성|작성")
_TIME: Final = re.compile(r"\d{1,2}[:.h]\d\d|\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}月")
_CLOCK: Final = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_DAY: Final = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2}|[٠-٩۰-۹०-९๐-๙]{4}")
_IN_BRACKETS: Final = re.compile(r"[<(]\s*(?:mailto:)?[^\s<>()]{1,100}@[^\s<>()]{3,200}\s*[>)]")
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


def find_attribution(lines: list[str], start: int, most: int = LINES) -> Attribution | None:
    """Answer the attribution of at most so many lines that begins at this line, None where there is none."""
    first = lines[start].strip(_AROUND)
    if not first or len(first) > CHARACTERS:
        return None
    text = ""
    for count in range(1, most + 1):
        if start + count > len(lines):
            return None
        line = lines[start + count - 1].translate(_TURNS).strip(_AROUND)
        if not line or (count > 1 and _OPENER.match(line) and _DAY.search(line)):
            return None  # another line with a day begins an attribution of its own
        text = f"{text} {line}" if text else line
        if len(text) > CHARACTERS:
            return None
        if ends_attribution(line) and (
            _says_so(text, opened=count > 1) or (count == 1 and _is_above_quote(lines, start + 1, text))
        ):
            return Attribution(count, _author(text), _date(text))
    return None


def _says_so(text: str, *, opened: bool) -> bool:
    if not _END.search(text[-80:]):
        return False
    timed, addressed = bool(_TIME.search(text)), "@" in text and bool(_ADDRESS.search(text))
    if opened and not (_OPENER.match(text) or _TIME.match(text) or text[0].isdigit() or _starts_with_day(text)):
        return False
    colon = text.rstrip().endswith((":", "："))
    if (timed or addressed) and _has_verb(text):
        return colon or addressed or bool(_OPENER.match(text))
    # Gmail in languages without a verb: `2026年3月4日(水) 10:20 Ann <ann@example.org>:`
    if timed and addressed and _CLOSES_ADDRESS.search(text):
        return True
    return colon and addressed and _has_form(text)


def _has_verb(text: str) -> bool:
    """Looks for the letters before the words: a text made to be slow holds none of them."""
    folded = text.casefold()
    return any(verb in folded for verb in _FOLDED) and bool(_VERB.search(text) or _CJK_VERB.search(text))


def _has_form(text: str) -> bool:
    """In every language: a clock, a day and an address in brackets, whatever the word before the colon is."""
    return bool(_CLOCK.search(text) and _DAY.search(text) and _IN_BRACKETS.search(text))


def _is_above_quote(lines: list[str], below: int, text: str) -> bool:
    """`Quoting Ann <ann@example.org>:` right above a quoted line, in every language, or `Ann Smith wrote:`."""
    if below >= len(lines) or not lines[below].startswith(">") or len(text) > QUOTING:
        return False
    if _CLOSES_ADDRESS.search(text):
        return bool(_ADDRESS.search(text))
    words = text.split()
    return (
        len(words) <= NAMING
        and words[0][0].isupper()
        and _PERSONS.isdisjoint(map(str.casefold, words))
        and (text.endswith(":") and _has_verb(text) and bool(_END.search(text)))
    )


def _starts_with_day(text: str) -> bool:
    """`mån 4 mars 2026 kl. 10:20 skrev`: a short word, then a number."""
    return bool(re.match(r"[^\W\d_]{2,12}[.,]?\s+\d", text))


def _author(text: str) -> Address | None:
    address = _ADDRESS.search(text)
    if not address:
        return None
    name = _NAME_BEFORE.search(text[: address.start()])
    shown = next((group for group in name.groups() if group), "") if name else ""
    found = parse_address_list(address[0].removeprefix("mailto:").rstrip(".>"))
    return Address(_name(shown.strip(" \"'«»„“”*").split()), found[0].address) if found else None


def _name(words: list[str]) -> str:
    """Answer the name at the end of what stands before an address: behind the verb, from the first capital on."""
    verbs = [number for number, word in enumerate(words) if word.casefold() in _VERB_SET]
    words = words[verbs[-1] + 1 :] if verbs and verbs[-1] + 1 < len(words) else words
    words = [word for word in words[-4:] if _script(word) == _script(words[-1])]
    capital = next((number for number, word in enumerate(words) if not word[0].islower() or word in _PARTICLES), 0)
    return " ".join(words[capital:])


def _script(word: str) -> str:
    return unicodedata.name(word[0], "").partition(" ")[0]


def _date(text: str) -> str:
    found = _DATE.search(text)
    if found:
        return found[0]
    address = _ADDRESS.search(text)
    head = text[: address.start()] if address else text
    return _OPENER.sub("", head, count=1).strip(" ,\"'<(*")[:100] if _TIME.search(head) else ""

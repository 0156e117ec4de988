"""What stands below the text of a mail: signatures, the words of phones, footers of lists."""

from __future__ import annotations

import re
from typing import Final

from mail.device_line import is_device_line
from mail.message import Address

LINES: Final = 4000
CLOSING_LINES: Final = 9
LINE_CHARACTERS: Final = 80
LONGEST_DEVICE: Final = 120
NEAR_END: Final = 20
BELOW: Final = 4

_DASHES: Final = frozenset({"--", "-- ", "--  ", "--\xa0", "—"})
_DEVICE: Final = re.compile(
    r"(?:\*|_)?(?:sent (?:from|via) (?:my|the) [^.,:;!?]{2,60}|sent from (?:outlook|mail|yahoo|samsung|proton|aol|"
    r"huawei|gmail|mobile|a mobile)\b[^.,:;!?]{0,60}|get outlook for [^.,;!?]{2,80}|download outlook for .{2,60}|"
    r"von meinem [^.,:;!?]{2,40} gesendet|gesendet (?:von|mit|aus|über) [^.,:;!?]{2,60}|envoyé (?:de|depuis|"
    r"à partir de) (?:mon|ma|l)['’ ]?[^.,:;!?]{2,50}|obtenez outlook pour .{2,60}|enviado (?:desde|do|de|pelo|"
    r"a partir do) [^.,:;!?]{2,60}|obtener outlook para .{2,60}|inviato (?:da|dal) [^.,:;!?]{2,60}|"
    r"verzonden (?:vanaf|met|via) [^.,:;!?]{2,60}|verstuurd vanaf [^.,:;!?]{2,60}|sendt fra [^.,:;!?]{2,60}|"
    r"skickat från [^.,:;!?]{2,60}|lähetetty [^.,:;!?]{2,60}(?:sta|stä|lta|ltä)|wysłane z [^.,:;!?]{2,60}|"
    r"odesláno z [^.,:;!?]{2,60}|odoslané z [^.,:;!?]{2,60}|elküldve [^.,:;!?]{2,60}|отправлено с [^.,:;!?]{2,60}|"
    r"надіслано з [^.,:;!?]{2,60}|trimis de pe [^.,:;!?]{2,60}|[^.,:;!?]{2,60} gönderildi|"
    r"στάλθηκε από [^.,:;!?]{2,60}|[^.,:;!?。]{0,20}(?:iphone|ipad|android|スマートフォン)から送信|发自我的.{2,40}|"
    r"從我的.{1,30}傳送|나의 .{1,30}에서 (?:보냄|전송)|נשלח מ.{2,40}|أُ?رسلت من .{2,40})(?:\*|_)?(?:<\S+>)?",
    re.IGNORECASE,
)
_LIST_FOOTER: Final = re.compile(r"[_=-]{30,}\s*")
_LIST_WORDS: Final = re.compile(r"mailing list|listinfo|unsubscribe|mailman|to post to this group", re.IGNORECASE)
_GOODBYE: Final = re.compile(
    r"(?:(?:many |best |kind |warm |with )?(?:thanks|thank you|regards|wishes)|best|cheers|sincerely|yours|"
    r"(?:mit )?(?:freundlichen|besten|vielen|herzlichen|lieben|viele|beste|liebe|schöne) (?:grüßen?|grüssen?|dank)|"
    r"mfg|cordialement|bien cordialement|merci|saludos|un saludo|gracias|cordiali saluti|saluti|grazie|"
    r"atenciosamente|obrigad[oa]|met vriendelijke groet(?:en)?|groeten?|med venlig hilsen|mvh|hilsen|"
    r"med vänliga hälsningar|vänliga hälsningar|ystävällisin terveisin|pozdrawiam|z poważaniem|s pozdravem|"
    r"s pozdravom|üdvözlettel|с уважением|з повагою|cu respect|saygılarımla)[\s,.!]*",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def signature_start(lines: list[str], author: Address | None) -> int:
    """Answer the line where a signature mark, a phone's words, or the writer's own name at the end begin."""
    end = next((number for number, line in enumerate(lines) if line and _ends_text(lines, number, line)), len(lines))
    end = _written_end(lines, end)
    return _name_start(lines, end, author) if author else end


def _ends_text(lines: list[str], number: int, line: str) -> bool:
    if line[0] in "-—_=":
        if line in _DASHES:  # RFC 3676 §4.3
            return True
        footer = number < LINES and _LIST_FOOTER.fullmatch(line)
        return bool(footer and _LIST_WORDS.search(" ".join(lines[number + 1 : number + 6])))
    if number >= LINES or len(line) < 8:
        return False
    known = len(line) <= LONGEST_DEVICE and bool(_DEVICE.fullmatch(line.strip()))
    return known or (_is_near_end(lines, number) and is_device_line(line))


def _is_near_end(lines: list[str], number: int) -> bool:
    """Tell whether hardly anything stands below, and no other line right above: a sentence may look like it."""
    alone = number == 0 or not lines[number - 1].strip() or lines[number - 1].strip() in _DASHES
    below = lines[number + 1 : number + 1 + NEAR_END]
    return alone and len(lines) - number <= NEAR_END and sum(bool(line.strip()) for line in below) <= BELOW


def _written_end(lines: list[str], end: int) -> int:
    while end and not lines[end - 1].strip(" \t\xa0\ufeff\u200b"):
        end -= 1
    return end


def _name_start(lines: list[str], end: int, author: Address) -> int:
    """The last paragraph is a signature if it is short and begins, after a goodbye, with who wrote the mail."""
    start = end
    while start and end - start <= CLOSING_LINES and lines[start - 1].strip():
        start -= 1
    closing = [line.strip() for line in lines[start:end]]
    if start == 0 or not closing or len(closing) > CLOSING_LINES or max(map(len, closing)) > LINE_CHARACTERS:
        return end
    first = 1 if _GOODBYE.fullmatch(closing[0]) and len(closing) > 1 else 0
    return _written_end(lines, start) if _is_name(closing[first], author) else end


def _is_name(line: str, author: Address) -> bool:
    local = author.address.partition("@")[0]
    known = {word.casefold() for word in _WORD.findall(f"{author.name} {local}")}
    said = [word.casefold() for word in _WORD.findall(line)]
    titles = len([word for word in said if word not in known])
    return bool(said) and len(said) <= 6 and said[0] in known and titles <= len(said) - 1

"""The line that a phone or a program writes below a mail: `Sent from my iPhone`, `Outlook für iOS beziehen`.

Known by its form in every language: it is short, names a device or a program, and begins or ends with the word for
sending or for getting.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SHORTEST: Final = 8
LONGEST: Final = 120
MOST_WORDS: Final = 14

_PRODUCTS: Final = re.compile(
    r"iphon|ipad|ipod|\bios\b|android|galaxy|samsung|blackberry|huawei|xiaomi|nokia|\bpixel\b|windows|outlook|"
    r"proton ?mail|yahoo|mail\.ru|яндекс|yandex|zoho|superhuman|fastmail|bluemail|k-9|thunderbird|gmx|web\.de|"
    r"gmail|smartphone|mobiltelefon|my phone|mobile device"
)
_COMMON_WORDS: Final = re.compile(r"\bspark\b|mobile|\bmail\b|\bfront\b|\bphone\b|handy|\bposta\b")
"""Names that are words as well: only in a line of few."""
COMMON_WORDS: Final = 6
_FROM: Final = (
    r"(?:sent (?:from|via|with|using|by)|gesendet (?:von|vom|mit|aus|uber)|diese nachricht wurde (?:von|vom|mit)|"
    r"envoye (?:de|du|depuis|a partir|avec)|provenance|enviado (?:de|desde|do|da|a partir|con|com|pelo)|enviat des|"
    r"inviato (?:da|dal|dalla|con)|(?:verzonden|verstuurd) (?:van|vanaf|vanuit|met|via)|sendt (?:fra|med|via)|"
    r"skickat (?:fran|med|via)|(?:wyslane|wyslano) (?:z|ze)|(?:odeslano|odoslane) (?:z|ze|pomoci)|"
    r"отправлено (?:с|из|через)|(?:надiслано|надіслано|відправлено|вiдправлено) (?:з|із|зi)|изпратено (?:от|с)|"
    r"trimis (?:de|din|cu)|σταλθηκε απο|(?:poslano|poslato) (?:s|sa|z|iz|preko)|nosutits no|issiusta is|đa gui tu|"
    r"(?:dikirim|dihantar) (?:dari|daripada)|ارسال شده از|أرسلت من|أ\u064fرسلت من|تم الإرسال من)\b"
)
_FROM_WITHOUT_A_WORD: Final = "lahetetty|saadetud|elkuldve|发自|来自我|來自我|从我的|從我的|נשלח מ|ส่งจาก"
_SENT_LAST: Final = re.compile(
    r"(?:(?:von|vom|diese nachricht) .*gesendet|\S+ (?:gonderildi|kuldve)|.{0,30}(?:から送信|보냄|전송|भेजा गया))"
)
_SENT: Final = re.compile(rf"(?:{_FROM}|{_FROM_WITHOUT_A_WORD}).*")
_PLATFORMS: Final = re.compile(r"\bios\b|\bios\W|android|windows|\bmac\b|iphone")
_APPS: Final = re.compile("outlook|bluemail|yahoo|gmail|proton")
_GET: Final = re.compile(
    r"(?:(?:get|download|holen sie sich|obtenez|obtenir|telecharger|obtener|obten|obter|obtenha|scarica|ottieni|hent|"
    r"hamta|hanki|pobierz|ziskat|получить|отримати|obtineti|αποκτηστε|获取|取得)\b.*|"
    r".*(?:beziehen|downloaden|edinin|letoltese .{1,12}|を入手|다운로드))"
)
GET_WORDS: Final = 7
_LINK: Final = re.compile(r"[<\[(]?https?://[^\s<>\])]{1,200}[>\])]?")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_AROUND: Final = " \t\xa0.*_-–—[]()"
_SAYS_MORE: Final = frozenset("?!;")


def is_device_line(line: str) -> bool:
    """Tell whether no person wrote this line."""
    if not SHORTEST <= len(line) <= LONGEST + 200:
        return False
    text = _LINK.sub("", line).strip(_AROUND)
    if not 3 <= len(text) <= LONGEST or not _SAYS_MORE.isdisjoint(text) or len(text.split()) > MOST_WORDS:
        return False
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text.casefold())))
    bare = bare.replace("ł", "l")
    if _SENT.fullmatch(bare) or _SENT_LAST.fullmatch(bare):
        return bool(_PRODUCTS.search(bare)) or (len(bare.split()) <= COMMON_WORDS and bool(_COMMON_WORDS.search(bare)))
    is_offer = bool(_APPS.search(bare) and _PLATFORMS.search(bare)) and len(bare.split()) <= GET_WORDS
    return is_offer and bool(_GET.fullmatch(bare))

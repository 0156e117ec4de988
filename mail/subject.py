"""The base subject (RFC 5256 §2.1), with the reply and forward prefixes that mail clients write in other languages."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SUBJECT_CHARACTERS: Final = 4000

# Written by mail clients of the language; RFC 5256 itself knows re, fw and fwd. `VS` answers in Finnish and forwards
# in Danish and Norwegian, so it says neither alone.
_REPLY: Final = (
    "re|aw|antw|antwort|sv|svar|vast|vá|válasz|odp|ynt|yan|rif|r|res|resp|rép|réf|atb|bls|ответ|отв|на|відп|відповідь|"
    "回复|回覆|答复|答覆|返信|回信|תשובה|השב|رد|ردّ|پاسخ|απ|απάντηση|σχετ|ตอบ|ตอบกลับ|trả lời|답장|회신|답변"
)
_FORWARD: Final = (
    "fw|fwd|wg|tr|rv|enc|i|doorst|doorgest|vl|vb|továbbítva|továbbítás|pd|ilt|ynl|yln|пересл|переслано|пер|转发|轉寄|轉發|"
    "転送|전달|הועבר|העברה|إعادة توجيه|هدایت|πρθ|προωθ|inoltra|inoltrato|reenv|rnv|renvoi|encaminhada|chuyển tiếp"
)
_NUMBERED: Final = r"\s*(?:\[[^\[\]]*\]|\(\d{1,3}\)|\^\d{1,3}|\d{1,3})?\s*[:：]\s*"
_PREFIX: Final = re.compile(rf"(?:{_REPLY}|{_FORWARD}|vs){_NUMBERED}", re.IGNORECASE)
_ONLY_REPLY: Final = re.compile(rf"(?:{_REPLY}){_NUMBERED}", re.IGNORECASE)
_ONLY_FORWARD: Final = re.compile(rf"(?:{_FORWARD}){_NUMBERED}", re.IGNORECASE)
_BLOB: Final = re.compile(r"\[[^\[\]]*\]\s*")
_TRAILER: Final = "(fwd)"
_SPACE: Final = re.compile(r"\s+")


def base_subject(subject: str) -> str:
    """Answer what two mails of one conversation share of their subjects, its case kept; "" where nothing is left."""
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", subject[:SUBJECT_CHARACTERS])).strip()
    while True:
        before = text
        while text[-len(_TRAILER) :].lower() == _TRAILER:  # §2.1 (2)
            text = text[: -len(_TRAILER)].rstrip()
        text = _strip_leaders(text)
        if text[:5].lower() == "[fwd:" and text.endswith("]"):  # §2.1 (6)
            text = text[5:-1].strip()
        if text == before:
            return text


def is_reply(subject: str) -> bool:
    """Answer whether the first prefix is one that only answers carry."""
    return bool(_ONLY_REPLY.match(subject.strip()))


def is_forward(subject: str) -> bool:
    """Answer whether the first prefix is one that only forwards carry, or the subject stands in `[Fwd: …]`."""
    text = subject.strip()
    return bool(_ONLY_FORWARD.match(text)) or text[:5].lower() == "[fwd:" or text[-len(_TRAILER) :].lower() == _TRAILER


def without_prefix(subject: str) -> str:
    """Answer the subject without its first prefix."""
    text = subject.strip()
    prefix = _PREFIX.match(text)
    return text[prefix.end() :] if prefix else text


def _strip_leaders(text: str) -> str:
    """§2.1 (3) to (5): prefixes with the blobs before them; a blob alone goes only if something is left."""
    while True:
        end = 0
        while blob := _BLOB.match(text, end):
            end = blob.end()
        prefix = _PREFIX.match(text, end)
        first = _BLOB.match(text)
        if prefix:
            text = text[prefix.end() :]
        elif first and first.end() < len(text) and text[:5].lower() != "[fwd:":
            text = text[first.end() :]
        else:
            return text

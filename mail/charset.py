"""Octets to text: the declared charset where it is one, and a rescue where it is not (SECURITY M6).

Names are the labels of the WHATWG Encoding Standard and known aliases. What is no charset of mail (utf-7, punycode,
rot13 and other codecs of Python) is refused and shown as windows-1252 with a defect.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import charset_normalizer

UNKNOWN_CHARSET: Final = "charset is unknown or refused"
WRONG_CHARSET: Final = "charset does not fit the octets"
GUESS_OCTETS: Final = 1024

_LABELS: Final = {
    "utf-8": "utf8 unicode11utf8 unicode20utf8 xunicode20utf8 utf8mb4 cp65001 utf8sig unicode",
    "cp1252": "ascii usascii ansix341968 iso88591 iso885911987 isoir100 latin1 l1 cp819 ibm819 csisolatin1 windows1252 "
    "cp1252 xcp1252 iso646us us 646 ansi westernlatin1 8bit 7bit default none binary utf7bit",
    "iso8859-2": "iso88592 iso885921987 isoir101 latin2 l2 csisolatin2",
    "iso8859-3": "iso88593 iso885931988 isoir109 latin3 l3 csisolatin3",
    "iso8859-4": "iso88594 iso885941988 isoir110 latin4 l4 csisolatin4",
    "iso8859-5": "iso88595 iso885951988 isoir144 cyrillic csisolatincyrillic",
    "iso8859-6": "iso88596 iso885961987 isoir127 arabic asmo708 ecma114 csisolatinarabic iso88596e iso88596i",
    "iso8859-7": "iso88597 iso885971987 isoir126 greek greek8 elot928 ecma118 csisolatingreek suneugreek",
    "iso8859-8": "iso88598 iso885981988 isoir138 hebrew csisolatinhebrew visual iso88598e iso88598i logical",
    "cp1254": "iso88599 iso885991989 isoir148 latin5 l5 csisolatin5 windows1254 cp1254 xcp1254",
    "iso8859-10": "iso885910 iso8859101992 isoir157 latin6 l6 csisolatin6",
    "iso8859-13": "iso885913",
    "iso8859-14": "iso885914",
    "iso8859-15": "iso885915 latin9 l9 csisolatin9",
    "iso8859-16": "iso885916 latin10",
    "cp874": "iso885911 tis620 windows874 cp874 dos874",
    "cp1250": "windows1250 cp1250 xcp1250",
    "cp1251": "windows1251 cp1251 xcp1251 ansi1251",
    "cp1253": "windows1253 cp1253 xcp1253",
    "cp1255": "windows1255 cp1255 xcp1255",
    "cp1256": "windows1256 cp1256 xcp1256",
    "cp1257": "windows1257 cp1257 xcp1257",
    "cp1258": "windows1258 cp1258 xcp1258",
    "cp437": "cp437 ibm437 437 cspc8codepage437",
    "cp850": "cp850 ibm850 850 cspc850multilingual",
    "cp852": "cp852 ibm852 852",
    "cp858": "cp858 ibm858",
    "cp866": "cp866 ibm866 866 csibm866",
    "koi8-r": "koi8r koi8 koi csqkoi8r cskoi8r",
    "koi8-u": "koi8u koi8ru",
    "mac-roman": "macintosh mac xmacroman macroman csmacintosh",
    "mac-cyrillic": "xmaccyrillic xmacukrainian",
    "gb18030": "gb18030 gb2312 gbk xgbk cp936 ms936 windows936 gb231280 csgb2312 csiso58gb231280 iso58gb231280 chinese "
    "isoir58 euccn",
    "hz": "hzgb2312 hz",
    "cp950": "big5 big5eten cnbig5 csbig5 xxbig5 cp950 ms950",
    "big5hkscs": "big5hkscs",
    "euc_jp": "eucjp xeucjp cseucpkdfmtjapanese ujis",
    "iso2022_jp_ext": "iso2022jp csiso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jpms cp50220 cp50221 jis",
    "cp932": "shiftjis shiftjs sjis xsjis mskanji windows31j cp932 ms932 csshiftjis",
    "cp949": "euckr cseuckr ksc5601 ksc56011987 ksc56011989 ksc56011992 korean isoir149 windows949 cp949 ms949 uhc",
    "iso2022_kr": "iso2022kr csiso2022kr",
    "utf-16": "utf16 csunicode iso10646ucs2 ucs2 csutf16",
    "utf-16-le": "utf16le",
    "utf-16-be": "utf16be unicodefffe",
    "utf-32": "utf32 ucs4 iso10646ucs4",
    "utf-32-le": "utf32le",
    "utf-32-be": "utf32be",
}
_CODECS: Final = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_ASCII_NAMES: Final = frozenset({"ascii", "usascii", "ansix341968", "us", "646", "iso646us"})
_NOT_ASCII: Final = frozenset(codec for codec in _LABELS if codec.startswith(("utf-16", "utf-32", "iso2022", "hz")))
_OFTEN_UTF8: Final = frozenset({"cp1252", "iso8859-15"})
"""Declared by programs that write UTF-8 all the same; words of these charsets are hardly ever UTF-8 by chance."""
_REFUSED: Final = frozenset({"utf7", "unicode11utf7", "csutf7", "utf7imap", "punycode", "idna"})
_HOLES: Final = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_WESTERN: Final = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜ€‘’“”„–—…«»¿¡°·\xa0")
_NOISE: Final = re.compile(r"[^a-z0-9]")
_UNSAFE: Final = re.compile("[\x00\ud800-\udfff]")


def decode(octets: bytes, declared: str | None, *, guess: bool = True) -> tuple[str, str | None]:
    """Answer the text of these octets, without NUL and lone surrogates, and a defect or None.

    `guess` lets the rescue of octets that fit nothing declared cost up to a millisecond.
    """
    codec = find_codec(declared)
    if octets.isascii() and codec not in _NOT_ASCII and b"\x1b" not in octets:
        return clean(octets.decode("ascii")), UNKNOWN_CHARSET if declared and codec is None else None
    if codec is None and declared:
        refused = _label(declared) in _REFUSED
        return clean(_as_western(octets) if refused else _rescue(octets, guess=guess)), UNKNOWN_CHARSET
    if codec is None or _label(declared) in _ASCII_NAMES:
        return clean(_rescue(octets, guess=guess)), None if is_utf8(octets) else WRONG_CHARSET
    return _decode_as(octets, codec, guess=guess)


def decode_text(octets: bytes, declared: str | None) -> tuple[str, str | None]:
    """Answer the text of a body: as `decode`, but NUL stands for nothing, as every reader shows it.

    Words that NUL pulls apart are found as the words that are seen, and UTF-16 that calls itself ASCII can be read.
    """
    wide = find_codec(declared) or ""
    return decode(octets if wide.startswith(("utf-16", "utf-32")) else octets.replace(b"\0", b""), declared)


@lru_cache(maxsize=256)
def find_codec(declared: str | None) -> str | None:
    """Answer the Python codec for a declared charset, None where it is none that mail may use."""
    return _CODECS.get(_label(declared))


def clean(text: str) -> str:
    """Replace what no database takes: NUL and lone surrogates."""
    return _UNSAFE.sub("\ufffd", text) if _UNSAFE.search(text) else text


def _label(declared: str | None) -> str:
    # RFC 2231 §5 allows a language after an asterisk.
    return _NOISE.sub("", (declared or "")[:60].split("*")[0].lower())


def _decode_as(octets: bytes, codec: str, *, guess: bool) -> tuple[str, str | None]:
    if codec in _OFTEN_UTF8 and is_utf8(octets):
        return clean(octets.decode("utf-8")), WRONG_CHARSET
    try:
        text = octets.decode(codec)
    except UnicodeError:
        if codec == "cp1252":
            return clean(_as_western(octets)), None
        lenient = octets.decode(codec, "replace")
        few = lenient.count("\ufffd") * 10 <= 10 + sum(1 for letter in lenient[:20000] if letter > "\x7f")
        return clean(lenient if few else _rescue(octets, guess=guess)), WRONG_CHARSET
    return clean(text.removeprefix("\ufeff")), None


def is_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _rescue(octets: bytes, *, guess: bool) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace")
    western = _as_western(octets)
    if not guess or _reads_western(western[:GUESS_OCTETS]):
        return western
    best = charset_normalizer.from_bytes(_telling_lines(octets)).best()
    codec = find_codec(best.encoding) if best else None
    return octets.decode(codec, "replace") if codec and codec != "utf-8" else western


def _reads_western(text: str) -> bool:
    """Few letters beyond ASCII, all of them of a western alphabet: a guess on so little would only go wrong."""
    beyond = [letter for letter in text if letter > "\x7f"]
    return len(beyond) * 5 <= len(text) and _WESTERN.issuperset(beyond)


def _telling_lines(octets: bytes) -> bytes:
    """Only lines with octets over 127 tell charsets apart, and guessing is slow: a few KiB of them are enough."""
    return b"\n".join(re.findall(rb"[^\n]{0,400}[\x80-\xff][^\n]{0,400}", octets[: 1 << 18])[:64])[:GUESS_OCTETS]


def _as_western(octets: bytes) -> str:
    """Read windows-1252 as browsers do: its five holes are control characters."""
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return octets.decode("latin-1").translate(_HOLES)

"""The months as mail clients write them, by the letters that they begin with in the languages clients speak.

What neighbours use for different months is not here: `listopad` is October in Croatian, November in Czech.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f]")
_BEGINNINGS: Final = (
    "jan|gen|ene|ian|janv|jaan|янв|яну|січ|сту|јан|ιαν|oca|tammi|sau|yan|sty|led|sij|urt|ion|ינו|يناير|ژانویه|जन|มค|มกร",
    "feb|fev|fév|veebr|helmi|vas|фев|феб|лют|φεβ|şub|lut|úno|velj|ots|chwe|peb|shk|פבר|فبراير|فوریه|फ़र|फर|กพ|กุมภ",
    "mar|mär|mrz|mrt|maart|márc|maalis|kov|мар|бер|сак|μαρ|bře|ožu|maw|mac|מרץ|מרס|مارس|मार्च|मार्|มีค|มีน",
    "apr|avr|abr|ápr|huhti|bal|апр|кві|кра|απρ|nis|kwi|dub|tra|api|ebr|pri|אפר|أبريل|ابريل|إبريل|آوریل|अप्रै|เมย|เมษ",
    "may|mai|maj|mag|mei|maio|máj|maíj|maig|touko|geg|май|мая|мај|тра|μαι|kvě|svi|מאי|مايو|مه|मई|พค|พฤษภ",
    "jun|juin|juni|giu|jún|juuni|kesä|bir|iun|июн|юни|јун|чер|чэр|ιουν|haz|cze|čvn|června|eka|meh|iyun|hun|qer|lipanj|lipnj|"
    "יונ|يونيو|ژوئن|जून|มิย|มิถุน",
    "jul|juil|lug|júl|juuli|heinä|liep|iul|июл|юли|јул|лип|ліп|ιουλ|tem|čvc|července|červenec|srpanj|srpnj|uzt|gor|iyul|"
    "hul|kor|lipc|lipiec|יול|يوليو|ژوئیه|जुल|กค|กรกฎ",
    "aug|aou|ago|agu|ágú|ogos|elo|rugp|авг|сер|жні|αυγ|ağu|sie|srpn|srpen|kol|abu|aws|avg|avq|gus|ag|אוג|أغسطس|اغسطس|"
    "اوت|अग|สค|สิงห",
    "sep|set|szept|syys|rugs|сен|сеп|вер|σεπ|eyl|wrz|zář|ruj|ira|medi|sen|sht|ספט|سبتمبر|سپتامبر|सित|กย|กันย",
    "oct|okt|out|ott|loka|spa|окт|жов|кас|οκτ|eki|paź|říj|urr|hyd|tet|אוק|أكتوبر|اكتوبر|اکتبر|अक्|ตค|ตุล",
    "nov|nób|nob|marras|lap|ноя|ное|нов|лис|ліс|νοε|kas|stu|aza|tach|noy|nën|נוב|نوفمبر|نوامبر|नव|พย|พฤศจ",
    "dec|déc|dez|dic|des|dets|joulu|grud|gru|дек|дец|гру|сне|δεκ|ara|pro|abe|rhag|dis|dek|dhj|דצמ|ديسمبر|دسامبر|दिस|"
    "ธค|ธันว",
)


def fold_name(text: str) -> str:
    """Answer the form in which names of months are compared: casefolded, without marks on letters."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text.replace("İ", "i").casefold()))
    return unicodedata.normalize("NFC", bare)


_MONTHS: Final = {
    fold_name(beginning): month for month, names in enumerate(_BEGINNINGS, 1) for beginning in names.split("|")
}
_LONGEST: Final = max(map(len, _MONTHS))


def month_of(name: str) -> int | None:
    """Answer the month from 1 to 12 that a folded name begins like, None where it is none or one of two."""
    name = name.removeprefix("ב") if name[:1] == "ב" else name
    for length in range(min(len(name), _LONGEST), 1, -1):
        beginning = name[:length]
        if beginning in _MONTHS:
            return _MONTHS[beginning]
    return None

"""Lines above a quoted mail, by their form and in the languages that clients speak."""

from __future__ import annotations

import pytest

from mail.attribution import find_attribution
from mail.message import Address
from mail.opening import Openings
from mail.quote import new_text

NAMED = [
    "Op wo 4 mrt 2026 om 10:20 het Carl Customer <carl@x.example> geskryf:",
    "V V sre., 4. mar. 2026 ob 10:20 je oseba Carl Customer <carl@x.example> napisala:",
    "V sre., 4. mar. 2026 ob 10:20 je Carl Customer <carl@x.example> napisal(a):",
    "2026-03-04, tr, 10:20 Carl Customer <carl@x.example> rašė:",
    "trešd., 2026. g. 4. marts, plkst. 10:20 — lietotājs Carl Customer (<carl@x.example>) rakstīja:",
    "sri, 4. ožu 2026. u 10:20 Carl Customer <carl@x.example> napisao je:",
    "сре, 4. мар 2026. у 10:20 Carl Customer <carl@x.example> је написао/ла:",
    "на ср, 4.03.2026 г. в 10:20 Carl Customer <carl@x.example> написа:",
    "На ср, 4 мар. 2026 г. во 10:20 Carl Customer <carl@x.example> напиша:",
    "Þann mið., 4. mar. 2026 kl. 10:20 skrifaði Carl Customer <carl@x.example>:",
    "El dc, 4 de març 2026, 10:20, Carl Customer <carl@x.example> va escriure:",
    "Carl Customer <carl@x.example> igorleak hau idatzi du (2026 mar. 4, az. (10:20)):",
    "O mér, 4 mar 2026 ás 10:20, Carl Customer (<carl@x.example>) escribiu:",
    "Ar Mer, 4 Maw 2026 am 10:20 ysgrifennodd Carl Customer <carl@x.example>:",
    "בתאריך יום ד׳, 4 במרץ 2026 ב-10:20 מאת \u202aCarl Customer\u202c\u200f <\u202acarl@x.example\u202c\u200f>:\u202c",
    "\u202bבתאריך יום ד׳, 4 במרץ 2026 ב-10:20 מאת Carl Customer <\u202acarl@x.example\u202c\u200f>:\u202c",
    "في الأربعاء، 4 مارس 2026 في 10:20 ص تمت كتابة ما يلي بواسطة Carl Customer <carl@x.example>:",
    "در تاریخ چهارشنبه ۴ مارس ۲۰۲۶،\u200f ۱۰:۲۰ Carl Customer <carl@x.example> نوشت:",
    "बुध, 4 मार्च 2026 को 10:20 am बजे को Carl Customer <carl@x.example> ने लिखा:",
    "ในวันที่ พ. 4 มี.ค. 2026 เวลา 10:20 Carl Customer <carl@x.example> เขียนว่า:",
    "Noong Miy, Mar 4, 2026 nang 10:20 AM, isinulat ni Carl Customer <carl@x.example> ang:",
    "Mnamo Jum, 4 Mac 2026 saa 10:20 Carl Customer <carl@x.example> aliandika:",
    "Carl Customer <carl@x.example>, 4 mar 2026, çər, 10:20 tarixində yazıb:",
    "2026 ж. 4 наур., ср 10:20, Carl Customer <carl@x.example> мынаны жазды:",
    "Më mër, 4 mar 2026 në 10:20 Carl Customer <carl@x.example> shkroi:",
    "2026년 3월 4일 오전 10:20에 Carl Customer <carl@x.example> 님이 쓴 글:",
    "ოთხ, 4 მარ. 2026, 10:20 Carl Customer <carl@x.example> დაწერა:",
    "Carl Customer <carl@x.example> 於 2026年3月4日 週三 上午10:20寫道：",
    "På Wed, 4 Mar 2026 10:20:00 +0100, skrev Carl Customer <carl@x.example>:",
    "Carl Customer <carl@x.example> schrieb am Mi., 4. März 2026, 10:20:",
    "Carl Customer <carl@x.example> schrieb am 04.03.2026 10:20 CET:",
    "On Mar 4, 2026, at 10:20, Carl Customer <carl@x.example> wrote:",
    "Am 04.03.2026 um 10:20 schrieb Carl Customer <carl@x.example>:",
    "> Le 4 mars 2026 à 10:20, Carl Customer <carl@x.example> a écrit :",
    "4 mars 2026 kl. 10:20 skrev Carl Customer <carl@x.example>:",
    "2026/03/04 10:20、Carl Customer <carl@x.example>のメール:",
    "2026年3月4日 10:20，Carl Customer <carl@x.example> 写道：",
    'At 2026-03-04 10:20:00, "Carl Customer" <carl@x.example> wrote:',
    '在 2026-03-04 10:20:00，"Carl Customer" <carl@x.example> 写道：',
    "---- On Wed, 04 Mar 2026 10:20:00 +0100 Carl Customer <carl@x.example> wrote ----",
    "Среда, 4 марта 2026, 10:20 +03:00 от Carl Customer <carl@x.example>:",
    '04.03.2026, 10:20, "Carl Customer" <carl@x.example>:',
    "On Wednesday, March 4th, 2026 at 10:20 AM, Carl Customer <carl@x.example> wrote:",
    "En fecha 4 de marzo de 2026 10:20:00 Carl Customer <carl@x.example> escribió:",
    "On March 4, 2026 10:20:00 AM GMT+01:00, Carl Customer <carl@x.example> wrote:",
    "Am 4. März 2026 10:20:00 MEZ schrieb Carl Customer <carl@x.example>:",
    "Le 4 mars 2026 10:20:00 GMT+01:00, Carl Customer <carl@x.example> a écrit :",
    "Vào 10:20 Thứ 4, 4 thg 3, 2026 Carl Customer <carl@x.example> đã viết:",
]
UNNAMED = [
    "Il 04/03/2026 10:20, Carl Customer ha scritto:",
    "On 04/03/2026 10:20, Carl Customer wrote:",
    "Carl Customer schreef op 4-3-2026 om 10:20:",
    "Le 04/03/2026 à 10:20, Carl Customer a écrit :",
    "El 4/3/26 a las 10:20, Carl Customer escribió:",
    "Den 04.03.2026 10.20, skrev Carl Customer:",
    "W dniu 4.03.2026 o 10:20, Carl Customer pisze:",
    "Dne 04. 03. 26 v 10:20 Carl Customer napsal(a):",
    "2026. 03. 04. 10:20 keltezéssel, Carl Customer írta:",
    "04.03.2026 10:20, Carl Customer пишет:",
    "04.03.26 10:20, Carl Customer пише:",
    "4.3.2026 10.20, Carl Customer kirjoitti:",
    "Em 04/03/2026 10:20, Carl Customer escreveu:",
    "Στις 4/3/26 10:20 π.μ., ο/η Carl Customer έγραψε:",
    "4.03.2026 10:20 tarihinde Carl Customer yazdı:",
    "On 2026/03/04 10:20, Carl Customer wrote:",
    "在 2026/3/4 10:20, Carl Customer 写道:",
    "於 2026/3/4 上午 10:20, Carl Customer 寫道:",
    "26. 3. 4. 오전 10:20에 Carl Customer 이(가) 쓴 글:",
]


@pytest.mark.parametrize("line", NAMED)
def test_author_is_found_in_every_language(line: str) -> None:
    found = find_attribution([line, "", "Hello"], 0)
    assert found is not None
    assert found.author == Address("Carl Customer", "carl@x.example")


@pytest.mark.parametrize("line", UNNAMED)
def test_line_without_an_address_introduces_too(line: str) -> None:
    found = find_attribution([line, "> Hello"], 0)
    assert found is not None
    assert found.author is None


@pytest.mark.parametrize(
    "line", ["Quoting Carl Customer <carl@x.example>:", "Zitat von Carl Customer <carl@x.example>:"]
)
def test_name_alone_introduces_only_a_quoted_line(line: str) -> None:
    assert find_attribution([line, "> Hello"], 0) is not None
    assert find_attribution([line, "Hello"], 0) is None


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("schrieb Hans von Ahlen", "Hans von Ahlen"),
        ("schrieb von Ahlen", "von Ahlen"),
        ("a écrit Zoë de la Tour", "Zoë de la Tour"),
        ("skrev carl customer", "carl customer"),
    ],
)
def test_name_behind_a_verb(before: str, name: str) -> None:
    found = find_attribution([f"4.3.2026 10:20 {before} <carl@x.example>:"], 0)
    assert found is not None
    assert found.author == Address(name, "carl@x.example")


@pytest.mark.parametrize(
    "line", ["Carl Customer wrote:", "On Tue, Carl Customer wrote:", "Carl schrieb:", "Карл написал:"]
)
def test_name_and_verb_introduce_only_a_quoted_line(line: str) -> None:
    assert find_attribution([line, "> Hello"], 0) is not None
    assert find_attribution([line, "Hello"], 0) is None


@pytest.mark.parametrize(
    "line", ["As you wrote:", "I wrote:", "This is what Carl, who sells lamps, once wrote:", "Carl:"]
)
def test_sentence_above_a_quote_is_the_writers_own(line: str) -> None:
    assert find_attribution([line, "> Hello"], 0) is None


@pytest.mark.parametrize("above", ["Yes please", "On Monday at 10:20 I am free.", "Am 4.3. um 10:20 gern"])
@pytest.mark.parametrize(
    "line",
    [
        "On Tue 3 March 2026 at 10:20 Carl <carl@x.example> wrote:",
        "Am 03.03.26 schrieb Carl <carl@x.example>:",
    ],
)
def test_line_above_it_is_the_writers_own(above: str, line: str) -> None:
    assert new_text(Openings(f"{above}\n{line}\n> Hello")) == above


@pytest.mark.parametrize("line", ["Carl wrote:", "Quoting Carl <carl@x.example>:"])
def test_line_above_a_name_is_the_writers_own(line: str) -> None:
    assert new_text(Openings(f"Yes please\n{line}\n> Hello")) == "Yes please"

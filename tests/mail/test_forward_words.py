"""The words of mail clients: labels, separating lines and attributions in many languages."""

from __future__ import annotations

import pytest

from mail.attribution import find_attribution
from mail.header_block import mailboxes, read_block
from mail.labels import Field, split_glued, split_label
from mail.markers import Marker, find_marker
from mail.message import Address

BLOCKS = {
    "en": ("From", "Sent", "To", "Cc", "Subject"),
    "de": ("Von", "Gesendet", "An", "Cc", "Betreff"),
    "fr": ("De ", "Envoyé ", "À ", "Cc ", "Objet "),
    "es": ("De", "Enviado el", "Para", "CC", "Asunto"),
    "it": ("Da", "Inviato", "A", "Cc", "Oggetto"),
    "pt": ("De", "Enviada em", "Para", "Cc", "Assunto"),
    "nl": ("Van", "Verzonden", "Aan", "CC", "Onderwerp"),
    "da": ("Fra", "Sendt", "Til", "Cc", "Emne"),
    "sv": ("Från", "Skickat", "Till", "Kopia", "Ämne"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Kopio", "Aihe"),
    "pl": ("Od", "Wysłano", "Do", "DW", "Temat"),
    "cs": ("Od", "Odesláno", "Komu", "Kopie", "Předmět"),
    "sk": ("Od", "Odoslané", "Komu", "Kópia", "Predmet"),
    "hu": ("Feladó", "Elküldve", "Címzett", "Másolatot kap", "Tárgy"),
    "ro": ("De la", "Trimis", "Către", "Cc", "Subiect"),
    "bg": ("От", "Изпратено", "До", "Копие", "Относно"),
    "ru": ("От", "Отправлено", "Кому", "Копия", "Тема"),
    "uk": ("Від", "Надіслано", "Кому", "Копія", "Тема"),
    "el": ("Από", "Στάλθηκε", "Προς", "Κοιν.", "Θέμα"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Bilgi", "Konu"),
    "hr": ("Šalje", "Poslano", "Prima", "Kopija", "Predmet"),
    "et": ("Saatja", "Saadetud", "Adressaat", "Koopia", "Teema"),
    "lv": ("No", "Nosūtīts", "Kam", "Kopija", "Temats"),
    "lt": ("Nuo", "Išsiųsta", "Kam", "Kopija", "Tema"),
    "ja": ("差出人", "送信日時", "宛先", "CC", "件名"),
    "zh": ("发件人", "发送时间", "收件人", "抄送", "主题"),
    "zh-tw": ("寄件者", "寄件日期", "收件者", "副本", "主旨"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "참조", "제목"),
    "he": ("מאת", "נשלח", "אל", "עותק", "נושא"),
    "ar": ("من", "تم الإرسال", "إلى", "نسخة", "الموضوع"),
    "vi": ("Từ", "Đã gửi", "Đến", "Đồng gửi", "Chủ đề"),
    "id": ("Dari", "Dikirim", "Kepada", "Salinan", "Subjek"),
    "sr-c": ("Од", "Послато", "За", "Копија", "Наслов"),
    "mk": ("Од", "Испратено", "До", "Копија", "Предмет"),
    "ca": ("De", "Enviat el", "Per a", "A/c", "Tema"),
    "cy": ("Oddi wrth", "Anfonwyd", "At", "Copi", "Pwnc"),
    "ga": ("Ó", "Seolta", "Chuig", "Cóip", "Ábhar"),
    "ms": ("Daripada", "Dihantar", "Kepada", "Sk", "Subjek"),
    "tl": ("Mula kay", "Ipinadala", "Para kay", "Cc", "Paksa"),
    "az": ("Kimdən", "Göndərilib", "Kimə", "Surəti", "Mövzu"),
    "ka": ("გამომგზავნი", "გაგზავნილია", "ადრესატი", "ასლი", "თემა"),
    "hy": ("Ումից", "Ուղարկված", "Ում", "Պատճենը", "Թեմա"),
    "kk": ("Кімнен", "Жіберілген", "Кімге", "Көшірме", "Тақырып"),
    "uz": ("Kimdan", "Yuborilgan", "Kimga", "Nusxa", "Mavzu"),
    "bn": ("প্রেরক", "প্রেরিত", "প্রতি", "অনুলিপি", "বিষয়"),
    "ta": ("அனுப்புநர்", "அனுப்பியது", "பெறுநர்", "நகல்", "பொருள்"),
    "te": ("నుండి", "పంపిన", "వీరికి", "కాపీ", "విషయం"),
    "mr": ("कडून", "पाठवले", "प्रति", "प्रत", "विषय"),
    "ur": ("از طرف", "بھیجا گیا", "بنام", "نقل", "موضوع"),
    "af": ("Van", "Gestuur", "Aan", "Afskrif", "Onderwerp"),
    "sw": ("Kutoka", "Imetumwa", "Kwa", "Nakala", "Mada"),
    "lb": ("Vun", "Geschéckt", "Un", "Kopie", "Sujet"),
    "nn": ("Frå", "Sendt", "Til", "Kopi", "Emne"),
    "fo": ("Frá", "Sent", "Til", "Avrit", "Evni"),
    "km": ("ពី", "បានផ្ញើ", "ទៅ", "ចម្លង", "ប្រធានបទ"),
    "th": ("จาก", "ส่งเมื่อ", "ถึง", "สำเนา", "เรื่อง"),
}
VALUES = ("Carl <carl@x.example>", "4.3.2026 10:20", "rita@y.example", "pat@x.example", "Lamps: blue")
FIELDS = (Field.FROM, Field.DATE, Field.TO, Field.CC, Field.SUBJECT)


@pytest.mark.parametrize("language", BLOCKS)
@pytest.mark.parametrize("shape", ["{}: {}", "*{}:* {}", "> {}: {}", "{}： {}", "\ufeff{}:\t{}"])
def test_header_is_read_in_every_language(language: str, shape: str) -> None:
    lines = [shape.format(label, value) for label, value in zip(BLOCKS[language], VALUES, strict=True)]
    block = read_block([*lines, "", "Hello"], 0)
    assert block.is_header
    assert block.fields == dict(zip(FIELDS, VALUES, strict=True))
    assert block.end == len(lines)


def test_header_may_have_blank_lines_and_folded_values() -> None:
    lines = ["From: Carl <carl@x.example>", "", "To: a@x.example,", " b@x.example", "", "Subject: Lamps", "", "Hello"]
    block = read_block(lines, 0)
    assert block.fields[Field.TO] == "a@x.example, b@x.example"
    assert block.end == 6


@pytest.mark.parametrize(
    "lines",
    [
        ["From: here to there", "Hello"],
        ["To: do", "From: now on"],
        ["Subject: to change", "", "Date: tomorrow"],
        ["Note: From: x"],
        ["From 9:00 to 10:00"],
    ],
)
def test_words_with_colons_are_no_header(lines: list[str]) -> None:
    assert not read_block(lines, 0).is_header


def test_label_that_nobody_knows_is_none() -> None:
    assert split_label("Fromage: brie") is None
    assert split_label("no colon") is None


def test_header_on_one_line() -> None:
    line = 'De: Carl <carl@x.example>Para: "r@y.example" <r@y.example>Enviado: martes 10:20 CETAsunto: Lamps: blue'
    assert dict(split_glued(line)) == {
        Field.FROM: "Carl <carl@x.example>",
        Field.TO: '"r@y.example" <r@y.example>',
        Field.DATE: "martes 10:20 CET",
        Field.SUBJECT: "Lamps: blue",
    }


@pytest.mark.parametrize(
    "value",
    [
        "Carl <carl@x.example>",
        "Carl <carl@x.example<mailto:carl@x.example>>",
        "Carl [mailto:carl@x.example]",
        "Carl<mailto:carl@x.example> <carl@x.example>",
        "Carl (carl@x.example)",
        "« Carl » <carl@x.example>",
        '"Carl" <carl@x.example> on behalf of Info <info@x.example>',
        "*Carl* <carl@x.example>",
    ],
)
def test_mailbox_as_clients_write_it(value: str) -> None:
    assert mailboxes(value)[0].address == "carl@x.example"


MARKERS = [
    ("---------- Forwarded message ---------", Marker.FORWARD),
    ("-------- Weitergeleitete Nachricht --------", Marker.FORWARD),
    ("Begin forwarded message:", Marker.FORWARD),
    ("> Début du message réexpédié :", Marker.FORWARD),
    ("----- Mensaje reenviado -----", Marker.FORWARD),
    ("-------- Messaggio Inoltrato --------", Marker.FORWARD),
    ("---------- Mensagem encaminhada ----------", Marker.FORWARD),
    ("-------- Doorgestuurd bericht --------", Marker.FORWARD),
    ("-------- Videresendt meddelelse --------", Marker.FORWARD),
    ("-------- Edelleenlähetetty viesti --------", Marker.FORWARD),
    ("-------- Treść przekazanej wiadomości --------", Marker.FORWARD),
    ("-------- Přeposlaná zpráva --------", Marker.FORWARD),
    ("-------- Továbbított üzenet --------", Marker.FORWARD),
    ("-------- Пересылаемое сообщение --------", Marker.FORWARD),
    ("-------- Переслане повідомлення --------", Marker.FORWARD),
    ("-------- Препратено съобщение --------", Marker.FORWARD),
    ("----- İletilmiş Mesaj -----", Marker.FORWARD),
    ("-------- Προωθημένο μήνυμα --------", Marker.FORWARD),
    ("-------- 転送メッセージ --------", Marker.FORWARD),
    ("-------- 转发的邮件 --------", Marker.FORWARD),
    ("---------- 전달된 메일 ----------", Marker.FORWARD),
    ("---------- הודעה שהועברה ----------", Marker.FORWARD),
    ("----- Forwarded by Ann Arbor/ACME on 03/04/2026 10:20 AM -----", Marker.FORWARD),
    ("-----Original Message-----", Marker.ORIGINAL),
    ("-----Ursprüngliche Nachricht-----", Marker.ORIGINAL),
    ("----- Mail original -----", Marker.ORIGINAL),
    ("------------------ 原始邮件 ------------------", Marker.ORIGINAL),
]


@pytest.mark.parametrize(("line", "kind"), MARKERS, ids=[line for line, _ in MARKERS])
def test_separating_line(line: str, kind: Marker) -> None:
    found = find_marker(line)
    assert found is not None
    assert found[0] is kind


@pytest.mark.parametrize(
    "line",
    ["Forwarded message", "I got your forwarded message:", "---- cut here ----", "-- ", "-----", "original message"],
)
def test_other_line_separates_nothing(line: str) -> None:
    assert find_marker(line) is None


ATTRIBUTIONS = [
    "On Wed, Mar 4, 2026 at 10:20 AM Carl Customer <carl@x.example> wrote:",
    "On Wed, Mar 4, 2026 at 10:20 AM Carl Customer\n<carl@x.example>\nwrote:",
    "Am 04.03.26 um 10:20 schrieb Carl Customer <carl@x.example>:",
    "Am Mi., 4. März 2026 um 10:20 Uhr schrieb Carl Customer <\ncarl@x.example>:",
    "Le mer. 4 mars 2026 à 10:20, Carl Customer <carl@x.example> a écrit :",
    "El mié, 4 mar 2026 a las 10:20, Carl Customer (<carl@x.example>) escribió:",
    "Il giorno mer 4 mar 2026 alle ore 10:20 Carl Customer <carl@x.example> ha scritto:",
    "Em qua., 4 de mar. de 2026 às 10:20, Carl Customer <carl@x.example> escreveu:",
    "Op wo 4 mrt 2026 om 10:20 schreef Carl Customer <carl@x.example>:",
    "Den ons. 4. mar. 2026 kl. 10.20 skrev Carl Customer <carl@x.example>:",
    "ons 4 mars 2026 kl. 10:20 skrev Carl Customer <carl@x.example>:",
    "ke 4. maalisk. 2026 klo 10.20 Carl Customer (carl@x.example) kirjoitti:",
    "śr., 4 mar 2026 o 10:20 Carl Customer <carl@x.example> napisał(a):",
    "Dne st 4. 3. 2026 10:20 uživatel Carl Customer <carl@x.example> napsal:",
    "st 4. 3. 2026 o 10:20 Carl Customer <carl@x.example> napísal(a):",
    "Carl Customer <carl@x.example> ezt írta (időpont: 2026. márc. 4., Sze, 10:20):",
    "ср, 4 мар. 2026 г. в 10:20, Carl Customer <carl@x.example>:",
    "4 марта 2026, 10:20, Carl Customer <carl@x.example> написал(а):",
    "ср, 4 бер. 2026 р. о 10:20 Carl Customer <carl@x.example> пише:",
    "În mie., 4 mar. 2026 la 10:20, Carl Customer <carl@x.example> a scris:",
    "Carl Customer <carl@x.example>, 4 Mar 2026 Çar, 10:20 tarihinde şunu yazdı:",
    "Στις Τετ, 4 Μαρ 2026 στις 10:20 π.μ., ο χρήστης Carl Customer <carl@x.example> έγραψε:",
    "2026年3月4日(水) 10:20 Carl Customer <carl@x.example>:",
    "Carl Customer <carl@x.example> 于2026年3月4日周三 10:20写道：",
    "2026년 3월 4일 (수) 오전 10:20, Carl Customer <carl@x.example>님이 작성:",
    "Vào Th 4, 4 thg 3, 2026 vào lúc 10:20 Carl Customer <carl@x.example> đã viết:",
    "Pada Rab, 4 Mar 2026 10:20, Carl Customer <carl@x.example> menulis:",
]


@pytest.mark.parametrize("text", ATTRIBUTIONS)
def test_attribution_names_its_author(text: str) -> None:
    lines = text.split("\n")
    found = find_attribution(lines, 0)
    assert found is not None
    assert found.lines == len(lines)
    assert found.author is not None
    assert found.author.address == "carl@x.example"


@pytest.mark.parametrize(
    "text",
    [
        "Ann wrote:",
        "We agreed on this:",
        "At 10:20 we meet.",
        "Two things by 4 March 2026:",
        "ann@x.example:",
        "x" * 500 + ":",
    ],
)
def test_sentence_attributes_nothing(text: str) -> None:
    assert find_attribution([text], 0) is None


def test_name_and_date_are_found() -> None:
    found = find_attribution(['On 04/03/2026, 10:20, "Carl Customer" <carl@x.example> wrote:'], 0)
    assert found is not None
    assert found.author == Address("Carl Customer", "carl@x.example")
    assert found.date == "04/03/2026, 10:20"

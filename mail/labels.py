"""What mail clients write in front of the fields of a quoted or forwarded mail, by field, in the languages they speak.

Collected from the clients' own words (Outlook, Apple Mail, Thunderbird, Gmail, Yahoo, HubSpot, Lotus Notes, Zimbra and
the web mailers of many providers). Compared casefolded, without marks of bold type.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """The fields that a quoted header shows."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    SUBJECT = "subject"
    DATE = "date"
    OTHER = "other"


_WORDS: Final = {
    Field.FROM: (
        "from|von|absender|gesendet von|de|expéditeur|exp.|envoyé par|de la part de|remitente|enviado por|da|"
        "mittente|inviato da|remetente|van|afzender|fra|avsender|afsender|från|avsändare|lähettäjä|od|nadawca|"
        "odesílatel|odesilatel|odosielateľ|pošiljatelj|pošiljalac|šalje|feladó|küldő|от|отправитель|от кого|від|"
        "від кого|відправник|адправнік|ад|подател|изпращач|пошиљалац|шаље|de la|expeditor|expeditorul|trimis de|"
        "kimden|gönderen|göndərən|kimdən|από|αποστολέας|发件人|发信人|寄件人|寄件者|寄信人|發件人|差出人|送信者|"
        "送信元|보낸 사람|보낸사람|보낸이|발신자|발신|מאת|מ|من|المرسل|از|فرستنده|từ|người gửi|dari|pengirim|จาก|"
        "ผู้ส่ง|saatja|kellelt|no|sūtītājs|nuo|siuntėjas|nga|dërguesi|frá|sendandi|oddi wrth|anfonwr|ó|remitent|"
        "nork|bidaltzailea|remitente|प्रेषक|द्वारा|mula kay|mula sa|kutoka|van wie|"
        "frå|од|daripada|kimdan|vun|გამომგზავნი|ումից|кімнен|প্রেরক|அனுப்புநர்|నుండి|कडून|از طرف|ពី"
    ),
    Field.TO: (
        "to|an|empfänger|à|a|pour|destinataire|destinataires|para|destinatario|destinatarios|destinatário|per|aan|"
        "ontvanger|til|mottaker|modtager|till|mottagare|vastaanottaja|do|komu|pre|odbiorca|adresat|příjemce|"
        "príjemca|adresát|za|prima|primatelj|primalac|prejemnik|címzett|címzettek|кому|получатель|получатели|до|"
        "одержувач|отримувач|каму|за|получател|примa|прима|către|destinatar|destinatarul|kime|alıcı|alıcılar|kimə|"
        "προς|παραλήπτης|收件人|收信人|收件者|收件匣|寄至|宛先|送信先|받는 사람|받는사람|받는이|수신자|수신|אל|נמען|"
        "إلى|الى|المستلم|المرسل إليه|به|گیرنده|đến|tới|người nhận|kepada|ke|untuk|penerima|ถึง|ผู้รับ|saaja|"
        "adressaat|kellele|kam|adresāts|saņēmējs|kam|gavėjas|adresatas|për|marrësi|viðtakandi|at|derbynnydd|chuig|"
        "nori|hartzailea|per a|प्रति|सेवा में|प्राप्तकर्ता|para kay|kwa|"
        "pentru|un|kimga|ადრესატი|ում|кімге|প্রতি|பெறுநர்|వీరికి|بنام|ទៅ"
    ),
    Field.CC: (
        "cc|c.c.|copie|copie à|copie carbone|copia|con copia|cópia|em cópia|com cópia|per conoscenza|p.c.|kopie|"
        "kopie an|kopi|kopi til|kopia|kopia till|kopio|kopiona|dw|do wiadomości|kópia|kopija|kp|másolat|"
        "másolatot kap|másolatot kapnak|копия|копии|копія|копија|копие|копія до|kopya|bilgi|bilgi için|karbon kopya|"
        "κοιν.|κοιν|κοινοποίηση|抄送|抄送人|副本|ｃｃ|カーボンコピー|참조|עותק|העתק|نسخة|نسخة إلى|نسخة كربونية|رونوشت|"
        "đồng gửi|đồng kính gửi|salinan|tembusan|สำเนา|สำเนาถึง|koopia|kopē|kopija|kopie kam|kopjo|afrit|cóip|còpia|"
        "प्रतिलिपि|skrytá|"
        "a/c|copi|sk|surəti|nusxa|kopje|afskrif|nakala|avrit|ასლი|պատճենը|көшірме|অনুলিপি|நகல்|కాపీ|प्रत|نقل|"
        "ចម្លង"
    ),
    Field.BCC: (
        "bcc|blindkopie|blindkopie an|cci|copie cachée|cco|copia oculta|cópia oculta|ccn|copia nascosta|bc|"
        "blindkopi|blind kopi|hemlig kopia|dold kopia|piilokopio|udw|ukryta kopia|skrytá kopie|skrytá kópia|"
        "titkos másolat|rejtett másolat|скрытая копия|прихована копія|скрито копие|gizli|gizli kopya|"
        "ιδιαίτερη κοινοποίηση|密送|密件抄送|密件副本|ｂｃｃ|숨은 참조|숨은참조|עותק מוסתר|نسخة مخفية"
    ),
    Field.SUBJECT: (
        "subject|betreff|objet|sujet|asunto|tema|oggetto|assunto|onderwerp|emne|ämne|aihe|temat|tytuł|předmět|věc|"
        "predmet|vec|zadeva|naslov|tárgy|тема|предмет|наслов|относно|тэма|subiect|subiectul|konu|mövzu|θέμα|主题|"
        "标题|主旨|主題|標題|件名|題名|제목|נושא|הנדון|الموضوع|موضوع|chủ đề|tiêu đề|subjek|perihal|judul|เรื่อง|"
        "หัวข้อ|teema|temats|tēma|virsraksts|subjekti|lënda|subjekti|efni|pwnc|testun|ábhar|assumpte|gaia|विषय|"
        "paksa|mada|"
        "mavzu|evni|თემა|թեմա|тақырып|বিষয়|பொருள்|విషయం|ប្រធានបទ"
    ),
    Field.DATE: (
        "date|sent|sent at|sent on|date sent|datum|gesendet|gesendet am|datum/uhrzeit|envoyé|envoyé le|date d'envoi|"
        "date d’envoi|fecha|fecha de envío|enviado|enviado el|enviada|data|inviato|inviata|inviato il|data invio|"
        "enviado em|enviada em|verzonden|verzonden op|verstuurd|dato|sendt|sendt den|skickat|skickades|"
        "datum skickat|päivämäärä|päiväys|pvm|lähetetty|lähetysaika|wysłano|wysłane|data wysłania|odesláno|odeslané|"
        "odoslané|odoslaná|dátum|küldve|elküldve|küldés ideje|poslano|poslato|poslata|дата|отправлено|дата отправки|"
        "отправлен|надіслано|відправлено|датум|послато|изпратено|дата на изпращане|адпраўлена|trimis|trimis la|dată|"
        "data trimiterii|tarih|gönderilen|gönderildi|gönderilme tarihi|gönderme tarihi|göndərilib|tarix|ημερομηνία|"
        "ημ/νία|στάλθηκε|απεστάλη|日期|时间|发送时间|发送日期|发件时间|寄件日期|寄件時間|傳送時間|傳送日期|日期時間|"
        "已发送|發送時間|寄送日期|日付|送信日時|送信日|日時|送信済み|보낸 날짜|보낸날짜|날짜|보낸 시간|보낸시간|"
        "일시|작성일|תאריך|נשלח|בתאריך|التاريخ|تاريخ|تم الإرسال|تاريخ الإرسال|أرسلت|تاریخ|ارسال شده|ngày|ngày gửi|"
        "đã gửi|vào|tanggal|dikirim|terkirim|dihantar|tarikh|วันที่|ส่งเมื่อ|ส่งแล้ว|kuupäev|saadetud|saatmisaeg|"
        "datums|nosūtīts|nosūtīja|išsiųsta|data ir laikas|dërguar|sent|dagsetning|sent þann|dyddiad|anfonwyd|dáta|"
        "enviat|bidalia|data/hora|दिनांक|भेजा गया|तारीख|petsa|tarehe|when|"
        "enviat el|испратено|seolta|ipinadala|yuborilgan|gestuur|imetumwa|geschéckt|გაგზავნილია|ուղարկված|"
        "жіберілген|প্রেরিত|அனுப்பியது|పంపిన|पाठवले|بھیجا گیا|فرستاده شده|ส่ง|បានផ្ញើ"
    ),
    Field.OTHER: (
        "reply-to|reply to|antwort an|antworten an|répondre à|responder a|responder para|rispondi a|antwoord aan|"
        "beantwoorden|svar til|svara till|svarsadress|vastausosoite|vastaus|odpowiedz do|odpověď na|odpovedať na|"
        "válaszcím|válasz|обратный адрес|ответить|відповісти|yanıtla|yanıt adresi|απάντηση σε|回复|回覆|返信先|"
        "답장 받을 주소|השב אל|الرد على|importance|wichtigkeit|importanza|importancia|importância|belang|prioritet|"
        "priority|priorität|priorité|prioridad|prioridade|sensitivity|attachments|attachment|anlagen|anhänge|anhang|"
        "pièces jointes|pj|datos adjuntos|adjuntos|allegati|allegato|anexos|bijlagen|bijlage|vedhæftede filer|"
        "vedlegg|bifogade filer|bilagor|liitteet|załączniki|přílohy|prílohy|mellékletek|вложения|вкладення|"
        "atașamente|ekler|συνημμένα|附件|添付ファイル|첨부|קבצים מצורפים|المرفقات|organization|organisation|"
        "mailing list|message-id|resent-from|sender|signed by|security|mailed-by|list-unsubscribe"
    ),
}


def fold(text: str) -> str:
    """Answer the form in which labels and phrases are compared: NFC, casefolded, one space, a Turkish İ as i."""
    return " ".join(unicodedata.normalize("NFC", text).replace("İ", "i").casefold().split())


_FIELDS: Final = {fold(word): field for field, words in reversed(_WORDS.items()) for word in words.split("|")}
_DECORATION: Final = "*_>|•· \t\xa0\u200e\u200f\ufeff"
_AROUND: Final = "* \t\xa0\u200e\u200f\ufeff"
_LONGEST: Final = max(map(len, _FIELDS))
_ANY: Final = "|".join(sorted(map(re.escape, _FIELDS), key=len, reverse=True))
_GLUED: Final = re.compile(
    rf"(?:(?<=\W)|(?<=[0-9a-zA-Z])(?=[A-ZÀ-ÝĀ-ŽА-ЯЁЄІЇΑ-Ω])|\A)({_ANY})[ \xa0]?[:：][ \xa0]?", re.IGNORECASE
)


def split_label(line: str) -> tuple[Field, str] | None:
    """Answer the field and the value of a line such as `*Von:* A <a@b>`, None where no known label stands first."""
    head = line[: _LONGEST + 12]
    colon = min((at for at in (head.find(":"), head.find("：")) if at >= 0), default=-1)
    if colon < 0:
        return None
    field = _FIELDS.get(fold(head[:colon].strip(_DECORATION)))
    return (field, line[colon + 1 :].strip(_AROUND)) if field else None


def split_glued(line: str) -> list[tuple[Field, str]]:
    """Answer the fields of a header that lost its line ends: `From: A <a@b>To: C <c@d>Subject: x`."""
    marks = list(_GLUED.finditer(line))
    if not marks:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    found: dict[Field, str] = {}
    for mark, end in zip(marks, ends, strict=True):
        found.setdefault(_FIELDS.get(fold(mark[1]), Field.OTHER), line[mark.end() : end].strip())
    return list(found.items())

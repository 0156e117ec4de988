"""The lines that mail clients put above a forwarded or an answered mail, in the languages they speak."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from mail.labels import fold


class Marker(StrEnum):
    """What a separating line says: a forward, or an original that may be either."""

    FORWARD = "forward"
    ORIGINAL = "original"


_FORWARD: Final = (
    "forwarded message|begin forwarded message|forwarded mail|forwarded email|forwarded e-mail|"
    "start of forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
    "anfang der weitergeleiteten e-mail|beginn der weitergeleiteten nachricht|weitergeleitete e-mail|"
    "weitergeleitete mail|weitergeleitete email|message transféré|message transmis|mail transféré|e-mail transféré|"
    "courriel transféré|début du message transféré|début du message réexpédié|message réexpédié|message réacheminé|"
    "courriel réacheminé|mensaje reenviado|inicio del mensaje reenviado|comienzo del mensaje reenviado|"
    "correo reenviado|messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|mail inoltrata|"
    "mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|"
    "doorgestuurd bericht|doorgezonden bericht|begin doorgestuurd bericht|doorgestuurde e-mail|"
    "videresendt meddelelse|videresendt besked|videresendt mail|videresendt e-mail|start på videresendt besked|"
    "begyndelse på videresendt besked|videresendt melding|videresendt e-post|videresendt brev|"
    "start på videresendt melding|begynnelse på videresendt melding|vidarebefordrat meddelande|vidarebefordrat mejl|"
    "vidarebefordrat mail|vidarebefordrat e-postmeddelande|vidarebefordrat brev|vidarebefordrat e-post|"
    "början på vidarebefordrat meddelande|börja vidarebefordrat brev|börja vidarebefordrat meddelande|"
    "välitetty viesti|edelleenlähetetty viesti|edelleen lähetetty viesti|välitetty viesti alkaa|"
    "välitetyn viestin alku|przekazana wiadomość|wiadomość przekazana|wiadomość przesłana dalej|przesłana wiadomość|"
    "przekazany e-mail|treść przekazanej wiadomości|początek przekazanej wiadomości|początek wiadomości przekazanej|"
    "początek przekazywanej wiadomości|początek przesyłanej dalej wiadomości|přeposlaná zpráva|přeposlaný e-mail|"
    "začátek přeposílané zprávy|začátek přeposlané zprávy|předaná zpráva|přesměrovaná zpráva|preposlaná správa|"
    "preposlaný e-mail|začiatok preposlanej správy|začiatok preposielanej správy|presmerovaná správa|"
    "odovzdaná správa|továbbított üzenet|továbbított levél|továbbított levél kezdete|továbbított üzenet kezdete|"
    "továbbított e-mail|пересылаемое сообщение|пересланное сообщение|пересылаемое письмо|пересланное письмо|"
    "перенаправленное сообщение|переадресованное сообщение|начало пересылаемого сообщения|"
    "начало переадресованного сообщения|начало пересланного сообщения|начало переадресованного письма|"
    "переслане повідомлення|переслане лист|пересланий лист|перенаправлене повідомлення|переадресоване повідомлення|"
    "пересилане повідомлення|початок переадресованого повідомлення|початок листа, що пересилається|"
    "початок пересланого повідомлення|початок перенаправленого повідомлення|перасланае паведамленне|"
    "препратено съобщение|начало на препратеното съобщение|прослеђена порука|препратена порака|mesaj redirecționat|"
    "mesaj redirecţionat|mesajul redirecționat|începe mesajul redirecționat|mesaj înaintat|mesaj retransmis|"
    "mesaj retrimis|mesaj transmis mai departe|început mesaj redirecționat|iletilmiş mesaj|iletilen mesaj|"
    "iletilmiş ileti|iletilen ileti|yönlendirilmiş ileti|yönlendirilen ileti|yönlendirilmiş mesaj|"
    "yönlendirilen mesaj|iletilen e-posta|yönlendirilen e-posta|iletilmiş iletinin başlangıcı|"
    "iletilen mesajın başlangıcı|yönlendirilen iletinin başlangıcı|ileti başlangıcı|προωθημένο μήνυμα|"
    "προωθούμενο μήνυμα|έναρξη προωθημένου μηνύματος|αρχή προωθημένου μηνύματος|proslijeđena poruka|"
    "početak proslijeđene poruke|prosleđena poruka|početak prosleđene poruke|posredovano sporočilo|"
    "začetek posredovanega sporočila|edastatud kiri|edastatud sõnum|edastatud meil|pārsūtīts ziņojums|"
    "pārsūtītā vēstule|pārsūtītais ziņojums|persiųstas laiškas|persiųstas pranešimas|persiunčiamas laiškas|"
    "mesazh i përcjellë|áframsent skeyti|áframsendur póstur|missatge reenviat|inici del missatge reenviat|"
    "birbidalitako mezua|mensaxe reenviada|neges wedi'i hanfon ymlaen|teachtaireacht ar aghaidh|転送メッセージ|"
    "転送されたメッセージ|転送されたメール|転送メール|転送元メッセージ|メッセージを転送|以下転送メール|転送開始|"
    "转发的邮件|转发邮件|转发邮件信息|转发的消息|转发信息|被转发邮件|已转发邮件|已转发的邮件|开始转发的邮件|"
    "开始转发邮件|以下是转发的邮件|下面是被转发的邮件|轉寄郵件|轉寄的郵件|轉寄訊息|轉寄的訊息|轉寄信件|已轉寄的郵件|"
    "開始轉寄郵件|以下是轉寄的郵件|轉寄郵件開始|轉發郵件|전달된 메일|전달된 메시지|전달된 이메일|전달 메시지|"
    "전달된 내용|전달된 메시지 시작|전달 메일|הודעה שהועברה|הודעה מועברת|תחילת ההודעה שהועברה|תחילת הודעה שהועברה|"
    "رسالة معاد توجيهها|رسالة مُعاد توجيهها|بدء الرسالة المعاد توجيهها|رسالة محولة|رسالة محوّلة|رسالة مُحوّلة|"
    "بداية الرسالة المُعاد توجيهها|پیام هدایت‌شده|پیام هدایت شده|پیام بازارسال شده|thư đã chuyển tiếp|"
    "thư được chuyển tiếp|thư chuyển tiếp|tin nhắn đã chuyển tiếp|tin nhắn được chuyển tiếp|"
    "bắt đầu thư được chuyển tiếp|pesan terusan|pesan yang diteruskan|pesan diteruskan|mulai pesan yang diteruskan|"
    "mesej yang dimajukan|mesej dimajukan|ข้อความที่ส่งต่อ|เริ่มต้นข้อความที่ส่งต่อ|จดหมายที่ส่งต่อ|अग्रेषित संदेश|"
    "naipasa na mensahe|ujumbe uliosambazwa"
)
_ORIGINAL: Final = (
    "original message|original mail|original email|original appointment|reply message|original text|"
    "ursprüngliche nachricht|ursprüngliche mail|ursprüngliche e-mail|originalnachricht|original-nachricht|"
    "original nachricht|originale nachricht|ursprünglicher termin|message d'origine|message d’origine|"
    "message original|message initial|courriel original|mail original|mensaje original|correo original|"
    "messaggio originale|messaggio di origine|mensagem original|oorspronkelijk bericht|oorspronkelijke e-mail|"
    "origineel bericht|oprindelig meddelelse|oprindelig besked|original besked|original meddelelse|"
    "opprinnelig melding|original melding|ursprungligt meddelande|originalmeddelande|ursprungligt brev|"
    "alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|wiadomość źródłowa|původní zpráva|původní e-mail|"
    "původní email|pôvodná správa|pôvodný e-mail|eredeti üzenet|eredeti levél|исходное сообщение|исходное письмо|"
    "оригинальное сообщение|вихідне повідомлення|оригінальне повідомлення|початкове повідомлення|"
    "оригинално съобщение|изходно съобщение|mesaj original|mesajul original|mesaj inițial|orijinal mesaj|"
    "orjinal mesaj|özgün ileti|orijinal ileti|asıl ileti|αρχικό μήνυμα|izvorna poruka|originalna poruka|"
    "izvirno sporočilo|оригинална порука|algne kiri|algne sõnum|originaalsõnum|sākotnējais ziņojums|"
    "oriģinālais ziņojums|pirminis laiškas|originalus laiškas|originalus pranešimas|missatge original|"
    "jatorrizko mezua|upprunaleg skilaboð|元のメッセージ|元のメール|オリジナルメッセージ|原始邮件|原邮件|"
    "原始邮件信息|原始信息|原始消息|原始郵件|原始訊息|原始信件|원본 메시지|원본 메일|원본메시지|הודעה מקורית|"
    "ההודעה המקורית|הודעת מקור|الرسالة الأصلية|رسالة أصلية|پیام اصلی|tin nhắn gốc|thư gốc|pesan asli|mesej asal|"
    "ข้อความต้นฉบับ|ข้อความเดิม|मूल संदेश"
)
# Lotus Notes: `----- Forwarded by Ann Smith/ACME on 10/25/2021 11:17 AM -----`
_FORWARDED_BY: Final = re.compile(
    r"(?:forwarded by|weitergeleitet von|transféré par|réexpédié par|reenviado por|inoltrato da|encaminhado por|"
    r"doorgestuurd door|videresendt af|videresendt av|vidarebefordrat av|välittänyt|przekazane przez|"
    r"przesłane dalej przez|přeposlal|továbbította|переслано|переслал) .{2,120}",
    re.IGNORECASE,
)
_PHRASES: Final = {
    **{fold(phrase): Marker.ORIGINAL for phrase in _ORIGINAL.split("|")},
    **{fold(phrase): Marker.FORWARD for phrase in _FORWARD.split("|")},
}
_QUOTES: Final = re.compile(r"[>\s\ufeff\u200b\u200e\u200f]*")
_RULED: Final = re.compile(r"(?:[-‐_=*~—–─]\s?){2,}+\s*+([^-‐_=*~—–─\s][^\n]{2,140}?)\s*(?:[-‐_=*~—–─:：]\s?){2,}+")
_BARE_ENDS: Final = "-‐_=*~—–─:： \t\xa0<>.「」【】"
RULE: Final = re.compile(r"\s*(?:[-‐_=*~—–─]\s?){5,200}\s*")
"""A line of nothing but dashes or underscores."""


def find_marker(line: str) -> tuple[Marker, str] | None:
    """Answer what a separating line says and what stands behind it on the same line, None for other lines."""
    if len(line) > 4000:
        line = line[:4000]
    start = _QUOTES.match(line)
    text = line[start.end() :] if start else line
    if len(text) < 4:
        return None
    ruled = _RULED.match(text)
    if ruled:
        kind = _kind(ruled[1])
        if kind:
            return kind, text[ruled.end() :].strip()
    if len(text) > 90:
        return None
    # Without rules only a line that ends with a colon introduces something (Apple Mail, MailMate).
    kind = _kind(text) if text.rstrip().endswith((":", "：")) else None
    return (kind, "") if kind else None


def _kind(phrase: str) -> Marker | None:
    word = fold(phrase.strip(_BARE_ENDS))
    found = _PHRASES.get(word)
    return found or (Marker.FORWARD if _FORWARDED_BY.fullmatch(word) else None)

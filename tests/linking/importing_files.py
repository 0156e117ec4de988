"""Files of our own in the manner of many programs and countries."""

from __future__ import annotations

from dataclasses import dataclass, field

from linking.importing_columns import Kind


@dataclass(frozen=True)
class File:
    """A file, the kind that is found, and each line as `name|addresses|domains|organization|status|value currency`."""

    name: str
    raw: bytes
    kind: Kind
    lines: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)


C, F, D = Kind.CONTACTS, Kind.ORGANIZATIONS, Kind.DEALS
FILES = [
    File("plain", b"name,email\nAda Byron,ada@byron.example\n", C, ["Ada Byron|ada@byron.example"]),
    File("semicolons", b"Name;E-Mail\nAda Byron;ada@byron.example\n", C, ["Ada Byron|ada@byron.example"]),
    File("tabs", b"Name\tE-Mail\r\nAda\tada@byron.example\r\n", C, ["Ada|ada@byron.example"]),
    File("bars", b"name|email\nAda|ada@byron.example\n", C, ["Ada|ada@byron.example"]),
    File("old Macintosh", b"name,email\rAda,ada@byron.example\rBo,\r", C, ["Ada|ada@byron.example", "Bo"]),
    File("named delimiter", b"sep=;\r\nname;email\r\nAda;ada@byron.example\r\n", C, ["Ada|ada@byron.example"]),
    File("mark of UTF-8", "\ufeffVorname;Nachname\nJürgen;Groß\n".encode(), C, ["Jürgen Groß"]),
    File("UTF-16 with mark", "Name\tE-mail\nZoë\tz@x.example\n".encode("utf-16"), C, ["Zoë|z@x.example"]),
    File("UTF-16 bare", "Name\tE-mail\nZoe\tz@x.example\n".encode("utf-16-le"), C, ["Zoe|z@x.example"]),
    File(
        "western",
        "Nom;Prénom;Courriel\nLévêque;Zoé;zoe@x.example\n".encode("cp1252"),
        C,
        ["Zoé Lévêque|zoe@x.example"],
    ),
    File("one byte is wrong", "name\n{}é\x00".format("Zoë " * 12).encode()[:-2] + b"\n", C, ["Zoë " * 12 + "\ufffd"]),
    File("quoted", b'"name","email"\n"Byron, Ada","ada@byron.example"\n', C, ["Byron, Ada|ada@byron.example"]),
    File("doubled marks", b'name,email\n"Ada ""the"" Byron",\n', C, ['Ada "the" Byron']),
    File(
        "break in a cell",
        b'name,notes,email\nAda,"one\ntwo",a@x.example\nBo,,b@x.example\n',
        C,
        ["Ada|a@x.example", "Bo|b@x.example"],
    ),
    File("single quotes", b"'name';'email'\n'Ada; B';'a@x.example'\n", C, ["Ada; B|a@x.example"]),
    File(
        "no header",
        b"Ada Byron,ada@byron.example\nBo,bo@x.example\n",
        C,
        ["Ada Byron|ada@byron.example", "Bo|bo@x.example"],
    ),
    File(
        "addresses alone",
        b"ada@byron.example\nbo@x.example\n",
        C,
        ["ada@byron.example|ada@byron.example", "bo@x.example|bo@x.example"],
    ),
    File(
        "Google Contacts",
        b"First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value\n"
        b"Ada,,Byron,Engines,* Work,ada@byron.example ::: a@b.example,ada@home.example\n",
        C,
        ["Ada Byron|ada@byron.example a@b.example ada@home.example||Engines"],
    ),
    File(
        "Outlook",
        b'"First Name","Middle Name","Last Name","Company","E-mail Address","E-mail Type","E-mail Display Name"\r\n'
        b'"Ada","","Byron","Engines","ada@byron.example","SMTP","Ada (ada@byron.example)"\r\n',
        C,
        ["Ada Byron|ada@byron.example||Engines"],
    ),
    File(
        "Outlook in German",
        "Vorname,Nachname,Firma,E-Mail-Adresse,E-Mail 2: Adresse\nUte,Groß,Müller,u@x.example,v@x.example\n".encode(
            "cp1252"
        ),
        C,
        ["Ute Groß|u@x.example v@x.example||Müller"],
    ),
    File(
        "Pipedrive people",
        b"Person - Name,Person - Organization,Person - Email - Work,Person - Email - Home\nAda,Engines,a@x.example,\n",
        C,
        ["Ada|a@x.example||Engines"],
    ),
    File(
        "HubSpot people",
        b"First Name,Last Name,Email,Associated Company\nAda,B,a@x.example,Engines\n",
        C,
        ["Ada B|a@x.example||Engines"],
    ),
    File(
        "Salesforce people",
        b"First Name,Last Name,Account Name,Email\nAda,B,Engines,a@x.example\n",
        C,
        ["Ada B|a@x.example||Engines"],
    ),
    File(
        "Spanish",
        "Nombre;Apellidos;Correo electrónico\nInés;Gil;i@x.example\n".encode(),
        C,
        ["Inés Gil|i@x.example"],
    ),
    File("Polish", "Imię;Nazwisko;Adres e-mail\nŁukasz;Żak;l@x.example\n".encode(), C, ["Łukasz Żak|l@x.example"]),
    File(
        "Japanese",
        "氏名,会社名,メールアドレス\n山田,部品,y@x.example\n".encode("utf-8-sig"),
        C,
        ["山田|y@x.example||部品"],
    ),
    File(
        "Name <address>",
        b'name,email\nAda,"Ada B <ada@x.example>, <b@x.example>"\n',
        C,
        ["Ada|ada@x.example b@x.example"],
    ),
    File(
        "formulas are names",
        b"name,email\n=1+1,a@x.example\n@SUM(A1),b@x.example\n",
        C,
        ["=1+1|a@x.example", "@SUM(A1)|b@x.example"],
    ),
    File(
        "Pipedrive firms",
        b"Organization - Name,Organization - Website\nEngines,https://www.engines.example/x?y\n",
        F,
        ["Engines||engines.example"],
    ),
    File(
        "HubSpot firms",
        b"Company name,Company Domain Name\nEngines,engines.example\n",
        F,
        ["Engines||engines.example"],
    ),
    File("German firms", "Firma;Webseite\nMüller;müller.example\n".encode(), F, ["Müller||xn--mller-kva.example"]),
    File(
        "free mail is nobody's",
        b"Company,Domain\nEngines,gmail.com\n",
        F,
        [],
        {2: "Domain: “gmail.com” is no domain"},
    ),
    File(
        "Pipedrive deals",
        b"Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Status,Deal - Organization,Person - Email - Work\n"
        b'Mill,"1,200.50",EUR,Open,Engines,a@x.example\nLoom,900,usd,Won,,\n',
        D,
        ["Mill|a@x.example||Engines|open|1200.50 EUR", "Loom||||won|900.00 USD"],
    ),
    File(
        "HubSpot deals",
        b"Deal Name,Deal Stage,Amount\nMill,closedwon,1200\nLoom,Qualified,\n",
        D,
        ["Mill||||won|1200.00", "Loom||||open"],
    ),
    File(
        "Salesforce deals",
        b"Opportunity Name,Account Name,Stage,Amount\nMill,Engines,Closed Lost,12.5\n",
        D,
        ["Mill|||Engines|lost|12.50"],
    ),
    File(
        "German deals",
        "Titel;Betrag;Status\nMühle;1.200,50 €;gewonnen\nNetz;1.200;offen\n".encode("cp1252"),
        D,
        ["Mühle||||won|1200.50 EUR", "Netz||||open|1200.00"],
    ),
    File("French deals", b"Titre;Montant;Devise\nMoulin;1 200,5;eur\n", D, ["Moulin|||||1200.50 EUR"]),
    File(
        "Swiss deals",
        "Titel;Wert;Währung\nMühle;1’200.–;CHF\n".encode().replace("–".encode(), b"-"),
        D,
        ["Mühle|||||1200.00 CHF"],
    ),
    File(
        "the column's sign decides",
        b"title;value\nA;1,5\nB;2,25\nC;1.500\n",
        D,
        ["A|||||1.50", "B|||||2.25", "C|||||1500.00"],
    ),
    File(
        "wrong cells",
        b"Title,Value,Currency,Status\nA,lots,EUR,open\nB,1,XYZ,open\nC,1,EUR,perhaps\n,1,EUR,open\nE,=1+1,EUR,open\nF,-3,EUR,won\n",
        D,
        [],
        {
            2: "Value: “lots” is no amount; 1234.50",
            3: "Currency: “XYZ” is no currency; a code of ISO 4217",
            4: "Status: “perhaps” is no status; open, won or lost",
            5: "names nothing; a title is needed",
            6: "Value: “=1+1” is no amount",
            7: "Value: “-3” cannot be kept",
        },
    ),
    File(
        "a bad address",
        b"name,email\nAda,ada(at)x\nBo,bo@x.example\n",
        C,
        ["Bo|bo@x.example"],
        {2: "email: “ada(at)x” is no e-mail address; name@example.com"},
    ),
    File(
        "mark not closed",
        b'name,email\nAda,a@x.example\n"Bo,b@x.example\n',
        C,
        ["Ada|a@x.example"],
        {3: "is opened here and not closed"},
    ),
    File(
        "mark inside",
        b'name,email\n"Bo" x,b@x.example\nAda,a@x.example\n',
        C,
        ["Ada|a@x.example"],
        {2: "write it twice"},
    ),
    File("a long cell", b"name,email\n" + b"x" * 10_001 + b",a@x.example\nBo,\n", C, ["Bo"], {2: "at most 10,000"}),
    File(
        "a long name",
        b"name,email\n" + b"x" * 501 + b",a@x.example\n",
        C,
        [],
        {2: "name: this has 501 characters; at most 500"},
    ),
    File("empty lines", b"name,email\n\n,,\nAda,a@x.example\n\n", C, ["Ada|a@x.example"]),
]
CARDS = [
    File(
        "version 3, two cards, folded, a group",
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Byron;Ada;;;\r\nFN:Ada By\r\n ron\r\nORG:Engines\\, Ltd;Works\r\n"
        b"item1.EMAIL;TYPE=INTERNET:home@x.example\r\nEMAIL;TYPE=WORK,PREF:ada@x.example\r\nEND:VCARD\r\n"
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo\r\nPHOTO;ENCODING=b:" + b"A" * 50_000 + b"\r\nEND:VCARD\r\n",
        C,
        ["Ada Byron|ada@x.example home@x.example||Engines, Ltd", "Bo"],
    ),
    File(
        "version 4",
        'BEGIN:VCARD\nVERSION:4.0\nFN:Zoë\nEMAIL;PREF=2;TYPE="a:b":second@x.example\nEMAIL;PREF=1:z@x.example\n'
        "TITLE:Chief\nEND:VCARD\n".encode(),
        C,
        ["Zoë|z@x.example second@x.example"],
    ),
    File(
        "version 2.1",
        b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gro=C3=9F;J=C3=BC=\nrgen\nEMAIL;INTERNET:j@x.example\nEND:VCARD\n",
        C,
        ["Jürgen Groß|j@x.example"],
    ),
    File("name of parts alone", b"BEGIN:VCARD\nN:Byron\\;s;Ada\nEND:VCARD\n", C, ["Ada Byron;s"]),
    File("not ended", b"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n", C, ["B"], {1: "END:VCARD is missing"}),
    File("nobody", b"BEGIN:VCARD\nFN:\nEND:VCARD\n", C, [], {1: "a name or an e-mail address is needed"}),
]

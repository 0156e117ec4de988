"""The names of columns, in small letters without accents, spaces and signs, as `importing_columns` compares them.

English names are those of Pipedrive, HubSpot, Salesforce, Google Contacts and Outlook; others are what people and
translated programs write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_COMPANY: Final = (
    "company companyname organization organizationname organisation organisationname account accountname employer "
    "firma firmenname unternehmen kunde kundenname entreprise societe nomdelasociete client empresa compania cliente "
    "azienda societa ragionesociale bedrijf bedrijfsnaam klant organisatie nazwafirmy przedsiebiorstwo klient foretag "
    "kund virksomhed spolecnost 会社 会社名 公司 公司名称 organization1name organizationname1 "
)
_STAGE: Final = "stage dealstage opportunitystage phase verkaufsphase etape fase etapa tappa etap pipelinestage"

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "contacts": {
        "name": "name fullname displayname contact contactname person personname persons contactperson vollername "
        "ansprechpartner kontakt kontaktname nomcomplet contactnom nombrecompleto contacto nomecompleto contatto "
        "referente volledigenaam contactpersoon naam imieinazwisko namn 名前 氏名 姓名 nombreyapellidos fileas",
        "first_name": "firstname givenname forename personfirstname contactfirstname vorname prenom nombre "
        "primernombre nome voornaam imie fornamn fornavn jmeno имя 名",
        "last_name": "lastname familyname surname personlastname contactlastname nachname familienname nom "
        "nomdefamille apellido apellidos cognome achternaam apelido sobrenome nazwisko efternamn efternavn prijmeni "
        "фамилия 姓",
        "organization": _COMPANY + "personorganization contactorganization associatedcompany primarycompany "
        "primaryassociatedcompany contactaccountname",
    },
    "organizations": {
        "name": _COMPANY + "name naam nom nombre nome namn nazwa organizationname companydisplayname",
        "domains": "domain domains domainname companydomain companydomainname emaildomain website web webpage url "
        "homepage websiteurl organizationwebsite internet webseite internetadresse siteweb siteinternet sitio "
        "sitioweb paginaweb dominio domaine sitoweb stronainternetowa strona hemsida webbplats domein домен сайт",
    },
    "deals": {
        "title": "title deal dealtitle dealname opportunity opportunityname name titel bezeichnung geschaft "
        "dealbezeichnung verkaufschance titre affaire nomdelaffaire opportunite titulo negocio oportunidad "
        "nombredelnegocio titolo trattativa opportunita dealnaam naam verkoopkans oportunidade tytul szansa affar "
        "projekt",
        "status": "status dealstatus zustand statut estado stato",
        "stage": _STAGE,
        "value": "value dealvalue amount dealamount opportunityamount price sum total betrag wert umsatz summe "
        "dealwert montant valeur importe monto valor importo valore bedrag waarde kwota wartosc belopp varde cena "
        "金额 金額",
        "currency": "currency dealcurrency currencyofvalue dealcurrencyofvalue amountcurrency currencycode "
        "currencyisocode opportunitycurrency dealcurrencycode wahrung devise moneda divisa valuta moeda waluta mena "
        "通貨 货币",
        "organization": _COMPANY + "dealorganization associatedcompany primarycompany primaryassociatedcompany "
        "opportunityaccountname",
        "addresses": "dealcontactemail associatedcontactemail kontaktemail contact1email",
    },
}

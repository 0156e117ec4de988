"""Addresses of functions and machines: nobody to make a contact of (RULES R24; RFC 2142)."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final = """
abuse accounting accounts admin administrator alerts automailer billing bounce bounces careers compliance contact
daemon devnull donotreply enquiries enquiry events feedback ftp help helpdesk hello hostmaster hr info inquiries
invoice invoices it jobs legal list listserv logs mail mailer-daemon mailerdaemon majordomo marketing media news
newsletter newsletters nobody noc noreply notification notifications notify office orders payments postmaster press
privacy receipts recruiting register reply root sales security service services shop spam staff subscribe
subscriptions success support sysadmin system team unsubscribe updates usenet uucp webmaster welcome www
kontakt rechnung rechnungen bewerbung bestellung vertrieb buchhaltung presse datenschutz
contacto ventas facturas facturacion ayuda soporte pedidos
post faktura salg ordre kundeservice
"""
"""The names of RFC 2142 §3 to §6 and what follows their example, then German, Spanish and Norwegian ones."""
ROLES: Final = frozenset(WORDS.split())
MACHINES: Final = re.compile(
    r"(?:^|[-._+])(?:(?:do[-._]?not|no)[-._]?(?:reply|answer|respond|responder)|nicht[-._]?antworten)(?:$|[-._+])"
)
SEPARATORS: Final = re.compile(r"[-._+=]")


def is_role_address(key: str) -> bool:
    """Tell whether an address, given as its key, names a function or a machine rather than a person."""
    local = key.rpartition("@")[0]
    user = local.partition("+")[0]
    words = SEPARATORS.split(local)
    # bounces+8213-abc@…, noreply-dmarc@…, orders.eu@… begin with their function.
    return user in ROLES or MACHINES.search(local) is not None or (len(words) > 1 and words[0] in ROLES)

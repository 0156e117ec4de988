from __future__ import annotations
from mail.message import Forwarded
def find_forwarded(files, text, subject, automatic): return ()

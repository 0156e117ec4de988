from __future__ import annotations
def new_text(text, author=None): return text

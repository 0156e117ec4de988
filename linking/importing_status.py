"""The status of a deal in the words of other programs and languages."""

from __future__ import annotations

from typing import Final

from linking.importing_columns import normalised

_WORDS: Final = {
    "open": "open new inprogress active offen aktiv ouvert encours abierto aperto aberto otwarte otwarta oppen aktief "
    "lopend 進行中",
    "won": "won closedwon closewon win gewonnen gagne gagnee ganado ganada vinto vinta ganho ganha wygrane wygrana "
    "vunnen vundet 成約 受注 赢单",
    "lost": "lost closedlost closelost verloren perdu perdue perdido perdida perso persa przegrane przegrana forlorad "
    "tabt deleted canceled cancelled storniert 失注 输单",
}
_STATUS: Final = {word: status for status, words in _WORDS.items() for word in words.split()}


def read_status(text: str) -> str | None:
    """Answer open, won or lost; None for a word that says none of them."""
    return _STATUS.get(normalised(text))

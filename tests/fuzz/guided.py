"""Let atheris find its way into a target: our seeds are its corpus, our tokens its dictionary. By hand, never in CI.

    python -m tests.fuzz.guided TARGET [libFuzzer words, such as -max_total_time=600]

atheris (pip install atheris) is no dependency of the project; where it is missing, `python -m tests.fuzz` does without.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path


def main(target: str, words: list[str]) -> None:
    """Run until libFuzzer ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["mail", "mailauth"]):
        targets = importlib.import_module("tests.fuzz.targets")
    with tempfile.TemporaryDirectory() as place:
        corpus, dictionary = Path(place) / "corpus", Path(place) / "dictionary"
        corpus.mkdir()
        for number, seed in enumerate(targets.seeds(target)):
            (corpus / str(number)).write_bytes(seed)
        dictionary.write_text("".join(f'"{_escaped(token)}"\n' for token in targets.TOKENS))
        atheris.Setup([sys.argv[0], f"-dict={dictionary}", *words, str(corpus)], targets.TARGETS[target])
        atheris.Fuzz()


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in token)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

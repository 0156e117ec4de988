"""All measures in their short forms, or one with words of its own.

python -m bench                  each of them but those that take as long as one lets them, one after the other
python -m bench NAME [ARGS]      one of them; `python -m bench NAME --help` tells its ARGS
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SHORT: Final[Mapping[str, Sequence[str]]] = {
    "filing": ("--mails", "200"),
    "worst": (),
    "parse": ("--times", "20"),
    "verdicts": ("--seconds", "0.5"),
    "receive": ("--rounds", "1", "--mails", "300", "--connections", "10"),
    "loop_stall": ("--mails", "2"),
    "guessing": ("--guesses", "2000"),
    "search": ("--mails", "3000", "--times", "10"),
    "lookups": ("--times", "300"),
    "pages": ("--mails", "100", "--times", "100"),
}
"""Each takes less than a minute or so; what they print is no figure to publish."""
ALONE: Final = ("soak", "million", "users", "peer", "first_sight")
"""Run by name only: they take as long as one lets them, or need an installation that is there."""


def main(words: Sequence[str]) -> int:
    """Run what was asked for; answer 0 where each of them did."""
    if not words:
        return max([_run_short(name) for name in SHORT])
    if words[0] not in (*SHORT, *ALONE):
        print(__doc__, file=sys.stderr)
        print(f"NAME is one of {', '.join((*SHORT, *ALONE))}", file=sys.stderr)
        return 2
    return _run(words[0], words[1:])


def _run_short(name: str) -> int:
    words = list(SHORT[name])
    if name == "receive" and not _has_peer():
        words.append("--without-peer")
    print(f"\n=== {name} {' '.join(words)}", flush=True)
    return _run(name, words)


def _run(name: str, words: Sequence[str]) -> int:
    """Run one in a process of its own, so that no measure warms or burdens the next."""
    done = subprocess.run([sys.executable, "-m", f"bench.{name}", *words], cwd=ROOT, check=False)
    return abs(done.returncode)


def _has_peer() -> bool:
    return os.geteuid() == 0 and shutil.which("postfix") is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

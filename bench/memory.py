"""Peak resident memory of a process and its descendants, by what they run (Linux /proc)."""

from __future__ import annotations

from pathlib import Path


def peak_memory(pid: int) -> str:
    """Answer the largest VmHWM of the parent and of its children, in MiB."""
    own, children = _peak(pid), [_peak(child) for child in _descendants(pid)]
    return f"parent {own} MiB, children {sorted(children)} MiB"


def _descendants(pid: int) -> list[int]:
    try:
        direct = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return direct + [further for child in direct for further in _descendants(child)]


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)

"""Confinement: what a process takes from itself before it reads what strangers wrote.

The limits hold on every Unix: no file and no socket is opened, no process started, nothing written to a disk, memory
and time are short. Linux also answers EPERM to every system call but the few that are allowed here, so nothing is
deleted, renamed or read by its name, and no other process is looked into or stopped (seccomp(2), prctl(2)).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import sys
from contextlib import suppress
from typing import Final

MEMORY_OCTETS: Final = 1024 * 1024 * 1024
"""Of address space: much of it is code that is only mapped."""
CPU_SECONDS: Final = 10
NICE: Final = 10

_PR_SET_DUMPABLE: Final = 4
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER_MODE: Final = 2
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
"""Instructions of classic BPF: load a word, jump if equal to a constant, return a constant."""
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
"""Offsets in what the kernel hands a filter (linux/seccomp.h)."""
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM

_CALLS: Final = {
    "brk": (12, 214),
    "clock_gettime": (228, 113),
    "close": (3, 57),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getpid": (39, 172),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "lseek": (8, 62),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "pread64": (17, 67),
    "read": (0, 63),
    "readv": (19, 65),
    "restart_syscall": (219, 128),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "sigaltstack": (131, 132),
    "times": (100, 153),
    "write": (1, 64),
    "writev": (20, 66),
}
"""What reading, drawing and writing takes: the numbers on x86_64 and on aarch64 (asm/unistd.h)."""
_MACHINES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""How the kernel names them (linux/audit.h), and the place of their numbers."""


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


def confine() -> bool:
    """Confine this process for good; tell whether the system calls are confined too, which not every system can."""
    with suppress(OSError):  # Where a service manager allows nobody to change priorities, all the rest holds.
        os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_OCTETS),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),  # What is open stays so; there is no file and no socket more.
    ):
        resource.setrlimit(what, (most, most))
    return sys.platform == "linux" and _confine_calls()


def _confine_calls() -> bool:
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_DUMPABLE, *_words(0, 0, 0, 0))
    may_filter = prctl(_PR_SET_NO_NEW_PRIVS, *_words(1, 0, 0, 0)) == 0
    machine = platform.machine()
    if not may_filter or machine not in _MACHINES or sys.maxsize < 2**32:
        return False
    instructions = _filter(*_MACHINES[machine])
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    return bool(prctl(_PR_SET_SECCOMP, *_words(_FILTER_MODE), ctypes.byref(program), *_words(0, 0)) == 0)


def _words(*given: int) -> list[ctypes.c_ulong]:
    return [ctypes.c_ulong(one) for one in given]


def _filter(architecture: int, place: int) -> list[_Instruction]:
    """Answer a program that allows these calls of this machine and refuses all others, another machine's too."""
    numbers = [one[place] for one in _CALLS.values()]
    return [
        _Instruction(_LOAD, 0, 0, _ARCHITECTURE_AT),
        _Instruction(_IF_EQUAL, 0, len(numbers) + 1, architecture),
        _Instruction(_LOAD, 0, 0, _NUMBER_AT),
        *(_Instruction(_IF_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)),
        _Instruction(_RETURN, 0, 0, _REFUSE),
        _Instruction(_RETURN, 0, 0, _ALLOW),
    ]

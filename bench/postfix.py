"""Debian's Postfix as a peer: a private instance on loopback that delivers to a maildir."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BASE = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = {base}/log/postfix.log
maillog_file_prefixes = {base}
alias_maps =
alias_database =
"""
"""What any instance of our own needs, whatever it does."""

MAIN = """
myhostname = peer.bench.example
virtual_mailbox_domains = bench.example
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
message_size_limit = 52428800
virtual_mailbox_limit = 0
default_process_limit = 100
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
error     unix  - - n - - error
retry     unix  - - n - - error
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

ADDRESS = "box@bench.example"


@contextmanager
def postfix(port: int) -> Iterator[str]:
    """Run Postfix on that loopback port; answers the address that it delivers."""
    box = pwd.getpwnam("nobody")
    with instance(port, lambda base: MAIN.format(base=base, uid=box.pw_uid, gid=box.pw_gid)):
        yield ADDRESS


@contextmanager
def instance(port: int, main: Callable[[Path], str]) -> Iterator[Path]:
    """Run Postfix on that loopback port; answers where its files lie.

    `main` answers what its main.cf says besides `BASE`, for the place that it is given. Root only, as Postfix is.
    """
    if os.geteuid() != 0 or not shutil.which("postfix"):
        raise RuntimeError("the peer needs root and Debian's postfix package")
    base = Path(tempfile.mkdtemp(prefix="bench-postfix-"))
    try:
        _configure(base, port, main(base))
        _postfix(base, "start")
        _wait(port)
        yield base / "etc"
    finally:
        _postfix(base, "stop", check=False)
        shutil.rmtree(base, ignore_errors=True)


def _configure(base: Path, port: int, main: str) -> None:
    owner = pwd.getpwnam("postfix")
    box = pwd.getpwnam("nobody")
    base.chmod(0o755)
    for name in ("etc", "queue", "data", "mail", "log"):
        (base / name).mkdir()
    os.chown(base / "data", owner.pw_uid, owner.pw_gid)
    os.chown(base / "mail", box.pw_uid, box.pw_gid)
    (base / "etc/main.cf").write_text(BASE.format(base=base) + main)
    (base / "etc/master.cf").write_text(MASTER.format(port=port))


def _postfix(base: Path, verb: str, *, check: bool = True) -> None:
    words = ["postfix", "-c", str(base / "etc"), verb]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"postfix {verb}: {done.stderr.strip()}")


def _wait(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as greeting:
                greeting.recv(100)
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("postfix does not answer")

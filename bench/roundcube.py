"""Debian's Roundcube on Dovecot as a peer: private instances of nginx, PHP-FPM and Dovecot on loopback, one mailbox.

Root only, as these programs are. Packages: roundcube-core, roundcube-sqlite3, php-fpm, php-sqlite3, dovecot-imapd and
nginx.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.kit.mails import a_message

SHARE: Final = Path("/usr/share/roundcube")
CONFIG: Final = Path("/etc/roundcube")
WHO: Final = "nobody"
PASSWORD: Final = "secret"
START_SECONDS: Final = 20.0

DOVECOT: Final = """
base_dir = {base}/run
state_dir = {base}/run
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{base}/mail
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={who} gid=nogroup home={base}/home
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""
FPM: Final = """
[global]
error_log = {base}/fpm.log
daemonize = no
[www]
user = {who}
group = nogroup
listen = {base}/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 20
env[ROUNDCUBE_CONFIG_DIR] = {base}/config
php_value[session.save_path] = {base}/tmp
php_value[opcache.enable] = 1
"""
NGINX: Final = """
daemon off;
user {who} nogroup;
worker_processes 2;
pid {base}/nginx.pid;
error_log {base}/nginx.log;
events {{ worker_connections 256; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  gzip on;
  gzip_types text/css application/javascript application/json text/javascript;
  client_body_temp_path {base}/tmp/body;
  fastcgi_temp_path {base}/tmp/fastcgi;
  proxy_temp_path {base}/tmp/proxy;
  uwsgi_temp_path {base}/tmp/uwsgi;
  scgi_temp_path {base}/tmp/scgi;
  server {{
    listen 127.0.0.1:{port};
    root /var/lib/roundcube;
    index index.php;
    location ~ \\.php$ {{
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_pass unix:{base}/fpm.sock;
    }}
  }}
}}
"""
PHP: Final = """<?php
$config['db_dsnw'] = 'sqlite:///{base}/db/roundcube.db?mode=0646';
$config['imap_host'] = '127.0.0.1:{port}';
$config['smtp_host'] = '127.0.0.1:1';
$config['des_key'] = 'rcmail-!24ByteDESkey*Str';
$config['plugins'] = [];
$config['log_dir'] = '{base}/tmp/';
$config['temp_dir'] = '{base}/tmp/';
$config['mail_pagesize'] = 50;
$config['ip_check'] = false;
$config['enable_installer'] = false;
"""


@contextmanager
def roundcube(base: Path, mails: int, *, imap_port: int, http_port: int) -> Iterator[str]:
    """Run it over a mailbox of so many mails; answers where its pages are. Whoever signs in sees that mailbox."""
    if os.geteuid() != 0 or not SHARE.exists():
        raise RuntimeError("the peer needs root and Debian's roundcube and dovecot packages")
    _configure(base, imap_port, http_port)
    _fill(base / "mail", mails)
    subprocess.run(["chown", "-R", f"{WHO}:nogroup", *(str(base / one) for one in OF_WHO)], check=True)
    with ExitStack() as running:
        running.enter_context(_program(["dovecot", "-F", "-c", str(base / "dovecot.conf")], base))
        running.enter_context(_program([_fpm(), "-F", "-y", str(base / "fpm.conf")], base))
        running.enter_context(_program(["nginx", "-c", str(base / "nginx.conf")], base))
        for port in (imap_port, http_port):
            _wait(port)
        yield f"http://127.0.0.1:{http_port}"


OF_WHO: Final = ("mail", "home", "tmp", "db")


def _configure(base: Path, imap_port: int, http_port: int) -> None:
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)
    for name in ("home", "tmp", "db", "run"):
        (base / name).mkdir(exist_ok=True)
    shutil.copytree(CONFIG, base / "config", dirs_exist_ok=True)
    (base / "config/config.inc.php").write_text(PHP.format(base=base, port=imap_port))
    for one in (base / "config").rglob("*"):
        one.chmod(0o755 if one.is_dir() else 0o644)
    (base / "dovecot.conf").write_text(DOVECOT.format(base=base, port=imap_port, who=WHO, password=PASSWORD))
    (base / "fpm.conf").write_text(FPM.format(base=base, who=WHO))
    (base / "nginx.conf").write_text(NGINX.format(base=base, port=http_port, who=WHO))
    (base / "db/roundcube.db").unlink(missing_ok=True)
    database = sqlite3.connect(base / "db/roundcube.db")
    database.executescript((SHARE / "SQL/sqlite.initial.sql").read_text())
    database.close()


def _fill(mail: Path, mails: int) -> None:
    """Lay a maildir down unless it is there, a mail every ten minutes until now; one of ten has HTML."""
    if mail.exists() and any((mail / "cur").iterdir()):
        return
    for name in ("cur", "new", "tmp"):
        (mail / name).mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    for number in range(mails):
        at = now - timedelta(minutes=10) * (mails - number)
        raw = a_message(
            from_=f"Customer {number % 997} <customer{number % 997}@fabrikam.example>",
            to="Anna <anna@northwind.example>",
            subject=f"Offer {number}",
            text="We have looked at your offer.\n" * 8,
            html="<p>We have looked at your offer and would like to talk.</p>" * 20 if number % 10 == 0 else None,
            date=at,
        )
        file = mail / "cur" / f"{int(at.timestamp())}.M{number}.peer:2,{'' if number % 5 == 0 else 'S'}"
        file.write_bytes(raw)
        os.utime(file, (at.timestamp(), at.timestamp()))


def _fpm() -> str:
    found = sorted(Path("/usr/sbin").glob("php-fpm*"))
    if not found:
        raise RuntimeError("the peer needs Debian's php-fpm package")
    return str(found[-1])


@contextmanager
def _program(words: list[str], base: Path) -> Iterator[None]:
    with (base / "programs.log").open("ab") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody listens on port {port}")

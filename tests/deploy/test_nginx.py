"""The nginx snippet: nginx takes it, and the pages work behind it."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from tests.deploy.tools import DEPLOY, need, run
from tests.kit.certificate import write_certificate
from tests.kit.running import Running, free_port, wait_for
from webui.security import MAX_CONTENT

NAME = "bcc.example.com"
AROUND = """
daemon off;
pid {directory}/nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    include {directory}/smartbcc.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, without its body."""

    status: int
    fields: Message

    def __getitem__(self, name: str) -> str:
        return str(self.fields.get(name, ""))


@dataclass(frozen=True, slots=True)
class Front:
    """nginx with the snippet, on ports of its own."""

    command: list[str]
    plain: int
    secure: int

    def ask(self, method: str, path: str, *, body: bytes = b"", plain: bool = False) -> Answer:
        """Answer what comes back for a request to our name."""
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20)
            if plain
            else http.client.HTTPSConnection("127.0.0.1", self.secure, timeout=20, context=_trusting_context())
        ) as connection:
            connection.request(method, path, body=body or None, headers={"Host": NAME})
            response = connection.getresponse()
            response.read()
            return Answer(response.status, response.headers)


def _trusting_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _front(directory: Path, upstream: int) -> Front:
    certificate, key = write_certificate(directory, NAME)
    plain, secure = free_port(), free_port()
    text = (DEPLOY / "nginx/smartbcc.conf").read_text(encoding="utf-8")
    changes = {
        "127.0.0.1:8080": f"127.0.0.1:{upstream}",
        "/etc/ssl/bcc.example.com.pem": str(certificate),
        "/etc/ssl/private/bcc.example.com.key": str(key),
        "listen 80;": f"listen {plain};",
        "listen [::]:80;": f"listen [::]:{plain};",
        "listen 443 ssl;": f"listen {secure} ssl;",
        "listen [::]:443 ssl;": f"listen [::]:{secure} ssl;",
    }
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    if not _has_ipv6():
        text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text)
    (directory / "smartbcc.conf").write_text(text, encoding="utf-8")
    (directory / "nginx.conf").write_text(AROUND.format(directory=directory), encoding="utf-8")
    words = ["-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", "stderr"]
    return Front([need("nginx", "nginx-light"), *words], plain, secure)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True


def test_nginx_takes_it(tmp_path: Path) -> None:
    said = run(*_front(tmp_path, 8080).command, "-t")
    assert "[warn]" not in said.replace('[warn] the "user" directive', "")


def test_it_takes_what_the_application_takes() -> None:
    text = (DEPLOY / "nginx/smartbcc.conf").read_text(encoding="utf-8")
    found = re.search(r"client_max_body_size (\d+)m;", text)
    assert found
    assert int(found[1]) * 1024 * 1024 == MAX_CONTENT


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    need("nginx", "nginx-light")
    directory = tmp_path_factory.mktemp("nginx")
    running = Running(directory / "data", {}, base_url=f"https://{NAME}")
    made = _front(directory, running.web_port)
    try:
        running.command("setup", "--company", "Northwind", "--admin", "anna@northwind.example")
        running.start()
        with _served(made):
            yield made
    finally:
        running.close()


@contextmanager
def _served(front: Front) -> Iterator[None]:
    server = subprocess.Popen(front.command)
    try:
        wait_for(lambda: _answers(front), "nginx to answer")
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(front: Front) -> bool | None:
    try:
        return front.ask("GET", "/healthz").status == 200
    except OSError:
        return None


@pytest.mark.slow
def test_the_pages_work_behind_it(front: Front) -> None:
    home = front.ask("GET", "/")
    assert (home.status, home["Location"]) == (302, "/login")
    page = front.ask("GET", "/login")
    assert page.status == 200
    assert page["Strict-Transport-Security"]
    cookie = page["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "; Secure" in cookie


@pytest.mark.slow
def test_clear_text_is_sent_to_tls(front: Front) -> None:
    answer = front.ask("GET", "/inbox?unread=1", plain=True)
    assert (answer.status, answer["Location"]) == (301, f"https://{NAME}/inbox?unread=1")


@pytest.mark.slow
def test_a_large_body_is_refused_before_us(front: Front) -> None:
    assert front.ask("POST", "/login", body=b"x" * (MAX_CONTENT + 1)).status == 413


@pytest.mark.slow
def test_tries_to_sign_in_are_counted_and_looks_are_not(front: Front) -> None:
    assert {front.ask("GET", "/login").status for _ in range(30)} == {200}
    assert 429 in {front.ask("POST", "/login", body=b"email=x").status for _ in range(30)}

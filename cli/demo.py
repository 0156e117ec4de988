"""`./dev demo`: a small sales company on SQLite, four mails over real SMTP, and where each went."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.passwords import hash_password
from cli.demo_world import COMPANY, CUSTOMER, DOMAIN, PASSWORD, REP, World
from cli.opening import opened
from cli.problem import Problem
from cli.setup import found
from cli.sink import CatchingRelay
from config.settings import Settings, load
from linking.record_fields import RecordType
from linking.records import create_record
from net.zone_server import ZoneServer
from outbox.transport import Answer, submit

START_SECONDS = 30
FILE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Made:
    """What the demo's set-up gave."""

    bcc_address: str
    api_token: str


def main() -> int:
    """Run the demo until Ctrl-C."""
    options = _options()
    # Said for SIGINT too: a shell without job control starts its background jobs with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    keep = Path(options.keep).absolute() if options.keep else None
    with tempfile.TemporaryDirectory(prefix="smartbcc-demo-") as temporary:
        return _run(keep or Path(temporary), options.port_base, once=options.once)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--port-base", type=int, default=8080, metavar="N", help="web at N, SMTP at N+1, the rest above"
    )
    parser.add_argument("--keep", metavar="DIR", help="keep the data there (default: a temporary directory)")
    parser.add_argument("--once", action="store_true", help="stop by itself after the four mails")
    return parser.parse_args()


def _run(data: Path, base: int, *, once: bool) -> int:
    world = World()
    dns, relay = ZoneServer(world.zone(), base + 3), CatchingRelay(base + 4)
    environ = _environment(data, base, dns.address)
    settings = load(environ)
    made = _prepare(settings)
    server = subprocess.Popen([sys.executable, "-m", "cli.main", "serve"], env=environ)
    try:
        _wait_until_ready(settings, server)
        _introduce(settings, made)
        _send_all(world, settings, made, base + 1)
        print(f"\nThe catching relay has {len(relay.caught)} mails: nothing was sent to anybody.", flush=True)
        if not once:
            print("\nCtrl-C stops everything.", flush=True)
            server.wait()
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    except TimeoutError as late:  # raised by nothing else than the waiting for readiness
        print(f"The demo did not come up: {late}", file=sys.stderr)
        return 1
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
        dns.close()
        relay.close()
    return 0


def _environment(data: Path, base: int, dns: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SMARTBCC_")}
    return inherited | {
        "SMARTBCC_DATA_DIR": str(data),
        "SMARTBCC_HOSTNAME": "mx.northwind.example",
        "SMARTBCC_MAIL_DOMAIN": "bcc.northwind.example",
        "SMARTBCC_WEB_LISTEN": f"127.0.0.1:{base}",
        "SMARTBCC_BASE_URL": f"http://127.0.0.1:{base}",
        "SMARTBCC_SMTP_LISTEN": f"127.0.0.1:{base + 1}",
        "SMARTBCC_METRICS_LISTEN": f"127.0.0.1:{base + 2}",
        "SMARTBCC_DNS_SERVERS": dns,
        "SMARTBCC_SMARTHOST_URL": f"smtp://127.0.0.1:{base + 4}",
        "SMARTBCC_LOG_LEVEL": "error",
    }


def _prepare(settings: Settings) -> Made:
    """Make the company, its rep, a contact and one open deal."""
    with opened(settings, migrate=True) as at:
        if at.is_populated():
            raise Problem(f"{settings.data_dir} holds an installation already; --keep wants a new directory")
        founded = found(at, COMPANY, REP, (DOMAIN,), hash_password(PASSWORD))
        with at.database.write() as session:
            now, mail_domain, rep = at.database.now(session), settings.mail_domain[0], founded.admin.viewer
            person = {"name": "Maria Lopez", "addresses": [CUSTOMER]}
            contact = create_record(session, rep, RecordType.CONTACT, person, now, mail_domain)
            deal = {
                "title": "Garden chairs for Fabrikam",
                "contact_ids": [contact.id],
                "value": 3560,
                "currency": "EUR",
            }
            create_record(session, rep, RecordType.DEAL, deal, now, mail_domain)
    return Made(str(founded.values["bcc_address"]), str(founded.values["api_token"]))


def _wait_until_ready(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise TimeoutError(f"the server ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(f"http://{settings.metrics_listen[0]}/readyz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"not ready after {START_SECONDS} seconds")


def _introduce(settings: Settings, made: Made) -> None:
    host, _, port = settings.smtp_listen[0].partition(":")
    print(
        f"""
  Pages        {settings.base_url}
  Login        {REP}
  Password     {PASSWORD}
  Bcc address  {made.bcc_address}

  Send a mail of your own (the Bcc address stands in the envelope only):

    printf 'From: {REP}\\nTo: {CUSTOMER}\\nSubject: Hello\\n\\nHow are you?\\n' | \\
      curl --silent --show-error --crlf --url smtp://{host}:{port} --mail-from {REP} --mail-rcpt {made.bcc_address} -T -
""",
        flush=True,
    )


def _send_all(world: World, settings: Settings, made: Made, port: int) -> None:
    print("Four mails over SMTP:", flush=True)
    for letter in world.letters():
        answer = submit(
            letter.content, letter.reverse_path, [made.bcc_address], host="127.0.0.1", port=port, helo="client.example"
        )
        print(f"\n  {letter.title}\n    {answer.code} {answer.text}", flush=True)
        if answer.accepted:
            print(f"    {_fate(settings, made, answer)}", flush=True)


def _fate(settings: Settings, made: Made, answer: Answer) -> str:
    """Wait until the mail is decided; answer where it went, in the product's own sentences."""
    inbound_id = answer.text.rsplit(" ", 1)[-1]
    deadline = time.monotonic() + FILE_SECONDS
    while time.monotonic() < deadline:
        inbound = _get(settings, made, f"inbound/{inbound_id}")
        if inbound["status"] not in ("received", "processing"):
            return "\n    ".join([_told(inbound), *_links(settings, made, inbound)])
        time.sleep(0.1)
    return "not decided yet"


def _told(inbound: dict[str, Any]) -> str:
    status, sentence = str(inbound["status"]).capitalize(), str(inbound["sentence"])
    return sentence if sentence.startswith(status) else f"{status}: {sentence}"


def _links(settings: Settings, made: Made, inbound: dict[str, Any]) -> list[str]:
    lines = []
    for message_id in inbound["message_ids"]:
        message = _get(settings, made, f"messages/{message_id}")
        lines += [f"{settings.base_url}/m/{message_id}", *(link["sentence"] for link in message["links"])]
    return lines


def _get(settings: Settings, made: Made, path: str) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 -- our own loopback address
        f"{settings.base_url}/api/v1/{path}", headers={"Authorization": f"Bearer {made.api_token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 -- our own loopback address
        answer = json.load(response)
    if not isinstance(answer, dict):
        raise TypeError(f"{path} answered no object")
    return answer


if __name__ == "__main__":
    sys.exit(main())

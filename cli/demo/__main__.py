"""Runs the demo: `python -m cli.demo`, or `./dev demo`."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cli.demo import __doc__ as description
from cli.demo.domains import Domains
from cli.demo.letters import demo_letters
from cli.demo.populating import Populated, populate
from cli.demo.posting import Teller, post
from cli.demo.server import environment, serving, wait_until_ready
from cli.demo.trying import guide_of
from cli.demo.world import DemoWorld
from cli.demo.writing import Mail, Pen, message_ids
from cli.opening import opened
from cli.problem import Problem
from cli.sink import CatchingRelay
from config.log import configure
from config.settings import Settings, load
from net.zone_server import ZoneServer
from webui.guide_file import Guide, write_guide

OTHERS = ("nordlys.example", "casasantos.example")
"""Domains of those who write and are nobody's contact."""
OUTGOING = "outgoing"
"""The directory of the mails that would be sent."""


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
    parser = argparse.ArgumentParser(prog="./dev demo", description=description)
    parser.add_argument(
        "--port-base", type=int, default=8080, metavar="N", help="web at N, SMTP at N+1, the rest above"
    )
    parser.add_argument("--keep", metavar="DIR", help="keep the data there (default: a temporary directory)")
    parser.add_argument("--once", action="store_true", help="stop by itself after the mails")
    return parser.parse_args()


def _run(data: Path, base: int, *, once: bool) -> int:
    world, domains = DemoWorld(), Domains()
    zone = domains.zone(world.domain, [*(one.domain for one in world.organizations), *OTHERS])
    try:
        dns, relay = ZoneServer(zone, base + 3), CatchingRelay(base + 4, data / OUTGOING)
    except OSError as taken:
        print(f"Port {base + 3} or {base + 4} cannot be had ({taken}): try another --port-base.", file=sys.stderr)
        return 1
    try:
        return _show(world, domains, environment(data, base, dns.address), once=once)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    except Problem as problem:
        problem.show()
        return problem.exit_code
    except TimeoutError as late:  # raised by nothing else than the waiting for readiness
        print(f"The demo did not come up: {late}", file=sys.stderr)
        return 1
    finally:
        dns.close()
        relay.close()
    return 0


def _show(world: DemoWorld, domains: Domains, environ: dict[str, str], *, once: bool) -> int:
    settings = load(environ)
    configure(settings)
    letters = demo_letters(datetime.now(UTC))
    ids = message_ids(world, letters)
    with opened(settings, migrate=True) as at:
        populated = populate(at, world)
        guide = guide_of(world, populated, settings, at.sealer, ids)
    write_guide(settings.data_dir, guide)
    with serving(environ) as server:
        pen = Pen(world, domains, populated.bcc_address, ids)
        mails = [pen.mail(letter) for letter in letters]
        wait_until_ready(settings, server)
        _introduce(settings, guide)
        _send_all(mails, settings, populated)
        caught = settings.data_dir / OUTGOING
        print(f"\nMail of ours to users is caught in {caught}: nothing was sent to anybody.", flush=True)
        if not once:
            print(f"What to try: {settings.base_url}/demo    Ctrl-C stops everything.", flush=True)
            server.wait()
    return 0


def _introduce(settings: Settings, guide: Guide) -> None:
    by_hand = guide.by_hand.replace("\n", "\n    ")
    print(
        f"""
  Pages        {settings.base_url}
  Login        {guide.logins[0].email}
  Password     {guide.password}
  Bcc address  {guide.bcc_address}

  Send a mail of your own (the Bcc address stands in the envelope only):

    {by_hand}
""",
        flush=True,
    )


def _send_all(mails: list[Mail], settings: Settings, populated: Populated) -> None:
    """Hand them over one after the other, so that the inbox has their order; then tell what became of each."""
    print(f"{len(mails)} mails over SMTP:", flush=True)
    posted = [post(mail, settings, populated) for mail in mails]
    teller = Teller(settings, populated)
    for one in posted:
        print("\n  " + "\n  ".join(teller.told(one)), flush=True)


if __name__ == "__main__":
    sys.exit(main())

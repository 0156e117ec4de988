"""Takes the pictures of the documents anew from the demo: `python -m tests.kit.pictures`, or `./dev docs --pictures`.

The demo writes Japanese, Arabic and Hebrew: a machine needs fonts for them (Debian: fonts-ipafont-gothic), or boxes
stand in the pictures.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from cli.demo.world import DemoWorld
from tests.kit.browsing import ARGUMENTS, chromium_or_skip
from tests.kit.looking import settle
from tests.kit.running import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
OUT: Final = ROOT / "docs" / "images"
SIZE: Final = (1280, 800)
SCALE: Final = 1.125
LARGEST: Final = 250_000
READY: Final = b"What to try:"


def inbox(page: Page) -> None:
    """The inbox with Anna's answer in the reading pane."""
    page.goto("/inbox")
    page.locator("[data-row] a.main", has_text="Re: Offer for 40 garden chairs").first.click()
    page.locator("#pane article").wait_for()


def letter(page: Page) -> None:
    """Maria's answer, in a conversation with a gap."""
    page.goto("/inbox")
    path = page.locator("[data-row] a.main", has_text="Re: Offer for 40 garden chairs").last.get_attribute("href")
    page.goto(str(path))


def deal(page: Page) -> None:
    """The deal with Maria and its mail."""
    page.goto("/inbox")
    path = page.locator("[data-row]", has_text="Offer for 40").locator("a.chip.deal").first.get_attribute("href")
    page.goto(str(path))


def questions(page: Page) -> None:
    """A question with its candidates, in the dark."""
    page.emulate_media(color_scheme="dark")
    page.goto("/unresolved")
    page.locator(".q-waiting a", has_text="Delivery dates").click()
    page.locator(".q-choice").first.wait_for()


PICTURES: Final[Mapping[str, Callable[[Page], object]]] = {
    "inbox": inbox,
    "letter": letter,
    "deal": deal,
    "questions": questions,
    "settings": lambda page: page.goto("/settings"),
    "admin": lambda page: page.goto("/admin"),
}


def main(out: Path = OUT) -> int:
    """Write each picture; 1 where one is larger than a document should carry."""
    out.mkdir(exist_ok=True)
    with demo() as base_url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_or_skip(), args=list(ARGUMENTS))
        for name, show in PICTURES.items():
            page = browser.new_page(
                base_url=base_url,
                viewport={"width": SIZE[0], "height": SIZE[1]},
                device_scale_factor=SCALE,
                reduced_motion="reduce",
                locale="en-GB",
            )
            sign_in(page)
            show(page)
            page.wait_for_load_state("networkidle")
            page.evaluate("() => document.activeElement?.blur()")
            settle(page)
            page.screenshot(path=out / f"{name}.png")
            page.close()
        browser.close()
    sizes = {name: (out / f"{name}.png").stat().st_size for name in PICTURES}
    sys.stdout.writelines(f"{size:8} {name}.png\n" for name, size in sizes.items())
    return int(max(sizes.values()) > LARGEST)


def sign_in(page: Page) -> None:
    """Sign in as the demo's first user."""
    world = DemoWorld()
    page.goto("/login")
    page.get_by_label("E-mail address").fill(world.users[0].email)
    page.get_by_label("Password").fill(world.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo until its mails have come in; answer where its pages are."""
    port = free_port()
    words = [sys.executable, "-m", "cli.demo", "--port-base", str(port)]
    started = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    assert started.stdout
    try:
        if not any(line.startswith(READY) for line in started.stdout):
            raise RuntimeError("the demo did not come up")
        yield f"http://127.0.0.1:{port}"
    finally:
        started.terminate()
        started.wait()
        started.stdout.close()


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))

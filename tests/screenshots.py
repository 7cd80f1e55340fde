"""Pictures of the site for the README, of the archive of made_site.py; `make screenshots` writes them to `docs/`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from browser import launched, served
from looking import needed
from made_site import build

DOCS = Path(__file__).parent.parent / "docs"
WIDE, HIGH = 1100, 760


def take() -> None:
    """Write them all."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "output"
        ids = build(folder)
        shown: dict[str, tuple[str, Literal["light", "dark"]]] = {
            "search": ("/search?q=dau+tu+cong", "light"),
            "article": (f"/articles/{ids['hoi-nghi-ba-be']}", "light"),
            "compare": (f"/articles/{ids['hoi-nghi-ba-be']}/compare/1..3", "light"),
            "portal": ("/en/portals/sokhdt_backan_example", "dark"),
        }
        with served(folder) as url, launched(needed()) as (browser, _):
            for name, (path, scheme) in shown.items():
                page = browser.new_page(color_scheme=scheme, viewport={"width": WIDE, "height": HIGH})
                page.goto(url + path)
                page.screenshot(path=DOCS / f"{name}.png")
                page.close()


if __name__ == "__main__":
    take()

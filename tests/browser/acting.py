"""What people do in a browser: sign in, fill in a form, look; every complaint is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
AXE = Path(__file__).with_name("axe.min.js")
PASSWORD = "seven invented stones"


@dataclass
class People:
    """The browsers of several people at one server, in one language."""

    chromium: Any
    address: str
    language: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """Return the short name of the operation that these people open."""
        return f"opened-{self.language}"

    @property
    def home(self) -> str:
        """Return the path of the first screen of that operation."""
        return f"/o/{self.slug}/"

    def browser(self, *, width: int = 1280, script: bool = True) -> Any:
        """Return a fresh page in a context of its own."""
        # Playwright runs its own code past the policy of the page only when told so; pages keep it.
        context = self.chromium.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            locale="ar-SY" if self.language == "ar" else "en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._console(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def signed_in(self, email: str) -> Any:
        """Return a page of somebody who has just signed in with the invented password."""
        page = self.browser()
        self.go(page, "/account/login/")
        send(page, login=email, password=PASSWORD)
        assert "/account/login/" not in page.url, page.locator("main").inner_text()
        return page

    def _console(self, page: Any, message: Any) -> None:
        # Chromium calls a page that was answered 404, 409 or 422 an error; its parts have no such.
        answered = "status of" in message.text and message.location["url"] == page.url
        if message.type == "error" and not answered:
            self.complaints.append(f"{page.url}: {message.text}")

    def go(self, page: Any, path: str, status: int = 200) -> Any:
        """Open a path of the server in this language."""
        joint = "&" if "?" in path else "?"
        answer = page.goto(f"{self.address}{path}{joint}lang={self.language}")
        assert answer.status == status, (path, answer.status)
        return answer

    def look(self, page: Any, name: str) -> None:
        """Keep a screenshot, and refuse a page that is wider than the window."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        keep_picture(page, SCREENSHOTS / f"{name}-{self.language}.png")
        assert page.locator("html").get_attribute("lang") == self.language
        assert not too_wide(page), name

    def close(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            context.close()


def keep_picture(page: Any, path: Path) -> None:
    """Keep a picture of a whole page; Chromium now and then refuses one, but not twice."""
    try:
        page.screenshot(path=path, full_page=True)
    except Error as error:
        if "Unable to capture screenshot" not in error.message:
            raise
        page.screenshot(path=path, full_page=True)


def too_wide(page: Any) -> bool:
    """Tell whether a page has to be moved sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def fill(page: Any, **values: Any) -> None:
    """Fill in the form of the page: text, a choice, several, or True for a tick."""
    for name, value in values.items():
        fields = page.locator(f"main [name={name}]")
        kind = fields.first.evaluate("e => e.type") if fields.count() else None
        assert kind is not None, f"{page.url} has no field {name}"
        if kind in ("radio", "checkbox"):
            for each in [value] if isinstance(value, str) else value if value is not True else [""]:
                page.locator(f"main [name={name}]" + (f"[value='{each}']" if each else "")).check()
        elif kind == "select-one":
            fields.first.select_option(value)
        else:
            fields.first.fill(value)


def send(page: Any, **values: Any) -> None:
    """Fill in the form of the page and send it."""
    fill(page, **values)
    page.locator("main form[method=post] button:not([type=button])").last.click()
    page.wait_for_load_state()


def refused(page: Any) -> bool:
    """Tell whether the page says that nothing was stored."""
    return bool(page.locator(".error-summary").count() > 0)


def violations(page: Any) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA: rule and place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", tags)
    return [
        f"{page.url} {v['id']}: {n['html'][:150]}" for v in found["violations"] for n in v["nodes"]
    ]

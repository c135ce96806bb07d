"""Every list, page, form and special page of an invented operation, looked at in a browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from tests.browser.acting import PASSWORD, People, refused, send, too_wide, violations

ROLES = (
    "coordinator", "investigator", "site_lead", "recovery_recorder", "custodian", "examiner",
    "laboratory", "family_liaison", "board_member", "prosecutor", "statistics", "administrator",
)  # fmt: skip
LARGEST_FIRST_LOAD = 150_000  # bytes as they are transferred, headers with them
Pages = dict[str, dict[str, Any]]  # group → name → (role, address), or a page


def _browsers(people: People) -> dict[str, Any]:
    """Return a browser for nobody (''), a coordinator, an investigator and a site lead."""
    roles = ("coordinator", "investigator", "site_lead")
    return {"": people.browser()} | {r: people.signed_in(f"{r}@pit.example") for r in roles}


@pytest.mark.parametrize("group", ["lists", "pages", "steps", "special"])
def test_every_page__is_accessible_and_fits_a_telephone(
    people: People, pages: Pages, group: str
) -> None:
    browsers = _browsers(people)
    found = []
    for name, (role, path) in pages[group].items():
        page = browsers[role]
        page.set_viewport_size({"width": 1280, "height": 800})
        people.go(page, path)
        if group == "special":
            people.look(page, f"{name}-1280")
        if people.language == "en":
            found += violations(page)
        page.set_viewport_size({"width": 360, "height": 740})
        found += [f"{path} is wider than a telephone"] if too_wide(page) else []
        if group in ("special", "pages"):
            people.look(page, f"{name}-360")
        if people.language == "ar":
            found += violations(page)
    assert not found, "\n".join(found)
    assert not people.complaints, people.complaints


def test_first_screen__offers_each_role_at_most_three_things(people: People) -> None:
    for role in ROLES:
        page = people.signed_in(f"{role}@pit.example")
        for slug in ("pit", "empty"):
            people.go(page, f"/o/{slug}/")
            assert page.locator(".big-list").count() <= 2
            for part in page.locator(".big-list").all():
                assert part.locator("li").count() <= 3, role
            for link in page.locator(".big-list a").all():
                address = people.address + str(link.get_attribute("href"))
                assert page.request.get(address).status == 200, (role, address)
            if slug == "pit":
                people.look(page, f"first-{role}")
            assert not too_wide(page)
        page.context.close()
    assert not people.complaints, people.complaints


def test_what_goes_wrong__is_said_and_can_be_read(people: People, pages: Pages) -> None:
    page = people.signed_in("coordinator@pit.example")
    found = []

    def seen(name: str) -> None:
        people.look(page, name)
        found.extend(violations(page))

    people.go(page, "/o/pit/nowhere/", status=404)
    seen("error-404")
    correct = pages["steps"]["site-sites-correct"][1]
    other = page.context.new_page()
    for each in (page, other):
        people.go(each, correct)
    send(other, name=f"Changed meanwhile, {people.language}", reason="Invented.")
    other.close()
    send(page, name="Changed too late", reason="Invented.")
    assert page.locator(".as-cards tr").count() > 1, "both versions are shown"
    seen("error-409")
    page.set_viewport_size({"width": 360, "height": 740})
    seen("error-409-360")
    people.go(page, "/o/pit/site/sites/record/")
    send(page, name="")
    assert refused(page)
    seen("error-422")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "name"
    page.context.clear_cookies(name="csrf")
    send(page, name="Invented")
    assert page.locator("h1").count() == 1
    seen("error-403")
    stranger = people.browser(width=360)
    people.go(stranger, "/account/login/")
    send(stranger, login="delayed@pit.example", password="no stone at all")
    assert stranger.locator("main [name=password]").count() == 0, "a pause, no form"
    people.look(stranger, "error-429")
    found += violations(stranger)
    # The server does not fail here: the page it would send is shown in the place of its answer.
    stranger.route(
        "**/broken/*",
        lambda route: route.fulfill(
            status=500,
            content_type="text/html; charset=utf-8",
            body=pages["broken"][people.language],
        ),
    )
    people.go(stranger, "/broken/", status=500)
    people.look(stranger, "error-500")
    found += violations(stranger)
    assert not found, "\n".join(found)
    assert not people.complaints, people.complaints


def test_keyboard__reaches_everything_in_the_order_of_reading(people: People, pages: Pages) -> None:
    page = people.signed_in("coordinator@pit.example")
    paths = [pages[group]["site-sites"][1] for group in ("lists", "pages")]
    for path in [*paths, "/o/pit/site/sites/record/"]:
        people.go(page, path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className").split()[-1] == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        people.go(page, path)
        reached = []
        for _ in range(150):
            page.keyboard.press("Tab")
            at = page.evaluate(
                "() => { const e = document.activeElement; if (e === document.body) return null;"
                " const b = e.getBoundingClientRect(), s = getComputedStyle(e);"
                " return [[...document.querySelectorAll('*')].indexOf(e), b.width > 0,"
                " s.outlineStyle !== 'none' || s.boxShadow !== 'none']; }"
            )
            if at is None:
                break
            reached.append(at)
        assert all(visible and marked for _, visible, marked in reached), path
        order = [place for place, _, _ in reached]
        assert order == sorted(order), path
        reachable = page.locator(
            "main a:visible, main button:visible, main input:visible:not([type=radio]),"
            " main select:visible, main textarea:visible, main summary:visible"
        ).count()
        assert len(order) >= reachable, path
    menu = page.locator(".menu summary").first
    menu.focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu[open] a").first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0
    assert menu.evaluate("e => e === document.activeElement")


def test_first_load__is_small(people: People, pages: Pages) -> None:
    state = people.signed_in("coordinator@pit.example").context.storage_state()
    paths = ["/o/pit/", pages["lists"]["site-sites"][1], pages["pages"]["site-sites"][1],
             "/o/pit/site/sites/record/", "/public/pit/", "/o/pit/figures/",
             *(pages["special"][name][1] for name in ("map", "grave-plan", "grave-diagram")),
             ]  # fmt: skip
    for path in paths:
        context = people.chromium.new_context(storage_state=state)  # nothing of it is kept yet
        page = context.new_page()
        told: list[Any] = []
        page.on("requestfinished", lambda request, told=told: told.append(request))
        people.go(page, path)
        page.wait_for_load_state("networkidle")
        sizes = [(r.sizes(), r.url) for r in told]
        total = sum(s["responseBodySize"] + s["responseHeadersSize"] for s, _ in sizes)
        assert total < LARGEST_FIRST_LOAD, (
            path,
            total,
            [(u, s["responseBodySize"]) for s, u in sizes],
        )
        assert all(url.startswith(people.address) for _, url in sizes), "nothing from elsewhere"
        context.close()


def test_print__is_a4_without_controls(people: People, pages: Pages) -> None:
    page = people.signed_in("coordinator@pit.example")
    for group in ("lists", "pages"):
        people.go(page, pages[group]["site-sites"][1])
        page.emulate_media(media="print")
        assert page.locator("button:visible, nav:visible, form:visible").count() == 0, group
        assert page.locator(".print-only").is_visible()
        paper = page.pdf(prefer_css_page_size=True)
        box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
        assert box is not None
        assert (round(float(box[1])), round(float(box[2]))) in ((595, 842), (596, 842))
        page.emulate_media(media="screen")


def test_two_steps__are_set_up_and_asked_for(people: People) -> None:
    email = f"two-steps-{people.language}@pit.example"
    page = people.signed_in(email)
    people.go(page, "/account/mfa/totp/activate/")
    if page.locator("main [name=password]").count():
        send(page, password=PASSWORD)
    found = violations(page)
    people.look(page, "two-steps-set-up")
    secret = page.locator("#authenticator_secret").input_value()
    send(page, code=_code(secret))
    assert not refused(page), page.locator("main").inner_text()
    people.go(page, "/account/mfa/recovery-codes/")
    people.look(page, "two-steps-recovery")
    recovery = page.locator("#recovery_codes").input_value().split()[0]
    found += violations(page)
    page.context.close()
    again = people.browser(width=360)
    people.go(again, "/account/login/")
    send(again, login=email, password=PASSWORD)
    assert "authenticate" in again.url
    people.look(again, "two-steps-asked")
    found += violations(again)
    again.locator("main [name=code]").fill(recovery)
    again.keyboard.press("Enter")
    again.wait_for_url(f"{people.address}/o/pit/")  # the only operation of the guest
    assert not found, "\n".join(found)


def _code(secret: str) -> str:
    """Return the six digits of RFC 6238 for now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06d}"

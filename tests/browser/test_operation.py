"""An operation from its opening to the first spade, in a browser; in English and in Arabic."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.browser.acting import PASSWORD, People, keep_picture, refused, send, violations

ROLES = ("investigator", "prosecutor", "site_lead", "custodian", "family_liaison")
TOLD = (
    "قال قائد ميداني إن نحو خمسين جثة دفنت في حفرة جنوب القرية. هذا كلام مخترع.",
    "Invented: the pit holds twelve bodies, said the agency, citing unnamed sources.",
)


def _path(page: Any) -> str:
    return urlsplit(page.url).path


def _open_and_invite(people: People, begin: str) -> dict[str, Any]:
    first = people.browser()
    people.go(first, begin)
    send(first, name="Invented Coordinator", password=PASSWORD)
    people.go(first, "/operations/new/")
    people.look(first, "new-operation")
    send(first, name="Invented pit", name_ar="حفرة مخترعة", slug=people.slug, simulated=True,
         public_form=True)  # fmt: skip
    people.go(first, people.home)
    people.look(first, "first-screen")
    browsers = {"coordinator": first}
    for role in ROLES:
        people.go(first, f"{people.home}people/invite/")
        send(first, email=f"{role}@{people.slug}.example", roles=role)
        link = first.locator("code.link").inner_text().split(people.address)[1]
        browsers[role] = page = people.browser()
        people.go(page, link)
        send(page, name=f"Invented {role}", password=PASSWORD)
        assert _path(page) == people.home
    return browsers


def _tell(people: People) -> str:
    phone = people.browser(width=360, script=False)
    phone.goto(f"{people.address}/public/{people.slug}/?lang=ar")
    assert phone.locator("html").get_attribute("dir") == "rtl"
    phone.locator("[name=text]").fill(TOLD[0])
    phone.locator("[name=where_words]").fill("خمسة وعشرون كيلومترا جنوب القرية")
    phone.locator("[name=contact_rule][value=by_code]").check()
    phone.locator("main button").click()
    code = str(phone.locator(".big-code").inner_text()).strip()
    keep_picture(phone, _shot(f"public-thanks-{people.language}"))
    return code


def _shot(name: str) -> Any:
    from tests.browser.acting import SCREENSHOTS

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS / f"{name}.png"


def _claims(people: People, browsers: dict[str, Any]) -> None:
    page = browsers["investigator"]
    people.go(page, f"{people.home}report/reports/")
    people.look(page, "reports")
    page.locator("main table tbody a").first.click()
    told = page.locator("h1").inner_text()
    assert TOLD[0][:30] in page.locator("main").inner_text()
    people.look(page, "report")
    code = page.locator("h1 bdi, .big-code").first.inner_text().strip()
    page.locator("a[href*='marking']").first.click()
    people.look(page, "marking")
    people.go(page, f"{people.home}report/claims/mark/?report={code}")
    send(page, words="خمسين جثة", asked="how_many", low="50", high="50", unit="bodies",
         asserted_by="Invented witness", chain="Field commander A (commander)")  # fmt: skip
    assert not refused(page), (told, page.locator(".error-summary").inner_text())
    first = _path(page)
    assert page.locator(f"a[href='{first}grade/']").count() == 0, "nobody grades their own claim"
    people.go(page, f"{people.home}report/reports/record/")
    send(page, channel="media", language="en", text=TOLD[1], source="Invented Post")
    second_code = page.locator("h1 bdi, .big-code").first.inner_text().strip()
    people.go(page, f"{people.home}report/claims/mark/?report={second_code}")
    send(
        page,
        words="twelve bodies",
        asked="how_many",
        low="12",
        high="12",
        unit="bodies",
        asserted_by="Invented Post (news outlet)",
        chain="the agency\nunnamed sources",
    )
    assert not refused(page)
    second = _path(page)
    second_claim = page.locator("h1 bdi, .big-code").first.inner_text().strip()
    people.go(page, f"{first}relate/")
    send(page, relation="contradicts", other=second_claim, reason="The figures exclude each other.")
    assert not refused(page)
    grader = browsers["prosecutor"]
    people.go(grader, f"{second}grade/")
    send(grader, reliability="C", credibility="4", rationale="Unnamed sources; invented.")
    assert "C4" in grader.locator("main").inner_text()
    people.go(grader, first)
    people.look(grader, "claim")


def _site(people: People, browsers: dict[str, Any]) -> str:
    lead = browsers["site_lead"]
    people.go(lead, f"{people.home}site/sites/record/")
    send(lead, name="Invented pit south of Suluk", site_type=_first_choice(lead, "site_type"))
    assert not refused(lead), lead.locator(".error-summary").inner_text()
    site = _path(lead)
    people.go(lead, f"{site}add-position/")
    words = "25 كم جنوب سلوك" if people.language == "ar" else "25 km south of Suluk"
    send(lead, words=words, anchor_at="36.5953, 39.1283")
    assert not refused(lead), lead.locator(".error-summary").inner_text()
    people.go(lead, site)
    assert lead.locator(".sketch-area").count() >= 1, "a phrase is drawn as a sector"
    people.look(lead, "site-sector")
    people.go(lead, f"{site}add-position/")
    send(lead, words="36.371234, 39.128345", source="Invented survey")
    people.go(lead, f"{site}accept-position/")
    lead.locator("[name=position]").first.check()
    send(lead, reason="Seen on the ground; invented.")
    assert not refused(lead)
    return site


def _move(people: People, page: Any, site: str, rung: str) -> bool:
    people.go(page, f"{site}move/?to_rung={rung}")
    send(page, to_rung=rung, why="Invented reason.")
    return not refused(page)


def _dig(people: People, browsers: dict[str, Any], site: str) -> None:
    lead, coordinator = browsers["site_lead"], browsers["coordinator"]
    assert _move(people, lead, site, "located")
    assert _move(people, lead, site, "assessed")
    people.go(browsers["investigator"], f"{site}confirm/")
    send(browsers["investigator"], grounds="Seen by me; invented.")
    assert not _move(people, lead, site, "confirmed"), "one confirmation is not two"
    people.go(browsers["prosecutor"], f"{site}confirm/")
    send(browsers["prosecutor"], grounds="Read in the file; invented.")
    assert _move(people, lead, site, "confirmed")
    assert _move(people, lead, site, "secured")
    for kind in ("authority", "storage", "laboratory", "liaison", "hypothesis"):
        people.go(coordinator, f"{site}condition/?kind={kind}")
        send(coordinator, kind=kind, statement="Invented.", given_by="Invented office",
             document="Invented 12")  # fmt: skip
        assert not refused(coordinator), kind
    assert _move(people, lead, site, "authorised")
    assert not _move(people, lead, site, "excavating"), "without clearance nobody digs"
    people.look(lead, "blocked")
    people.go(lead, f"{site}condition/?kind=clearance")
    send(lead, kind="clearance", statement="Searched by an invented team.", given_by="Team")
    assert _move(people, lead, site, "excavating")
    people.go(lead, site)
    people.look(lead, "site-excavating")


def _first_choice(page: Any, name: str) -> str:
    value = page.locator(f"main [name={name}] option").nth(1).get_attribute("value")
    return str(value)


def test_operation__from_opening_to_the_first_spade(people: People, pages: dict[str, Any]) -> None:
    browsers = _open_and_invite(people, pages["special"][f"start-{people.language}"][1])
    assert _tell(people)
    _claims(people, browsers)
    site = _site(people, browsers)
    _dig(people, browsers, site)
    found = []
    coordinator = browsers["coordinator"]
    for name, path in _pages(people, site).items():
        for width in (1280, 360):
            coordinator.set_viewport_size({"width": width, "height": 800})
            people.go(coordinator, path)
            people.look(coordinator, f"{name}-{width}")
        found += violations(coordinator)
    assert not found, "\n".join(found)
    assert not people.complaints, people.complaints


def _pages(people: People, site: str) -> dict[str, str]:
    return {
        "first": people.home, "reports": f"{people.home}report/reports/",
        "claims": f"{people.home}report/claims/", "form": f"{people.home}report/reports/record/",
        "site": site, "sites": f"{people.home}site/sites/", "move": f"{site}move/",
        "invite": f"{people.home}people/invite/", "people": f"{people.home}people/roles/",
    }  # fmt: skip

"""Claims on the database: marking, the two-person rule, origins, relations, witnesses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web_fixtures import Operations

from forename.accounts.access import Actor, system_actor
from forename.accounts.rules import Role
from forename.audit.recording import StaleEdit
from forename.records.files import files_of
from forename.report.actions import (
    ask_question,
    correct_claim,
    correct_report,
    correct_source,
    establish,
    grade_claim,
    mark_claim,
    place_claim,
    record_report,
    record_source,
    relate_claims,
    upload_report,
    withdraw_relation,
)
from forename.report.models import Bearing, Claim, Grade, Report, Source
from forename.report.queries import (
    by_origin,
    claims_on,
    independent,
    marked_text,
    shown_claims,
    to_grade,
)

TEXT = "Invented: 115 bodies were lifted. The commander said 115 bodies. Dozens remain."


def _report(by: Actor, text: str = TEXT, **values: Any) -> Report:
    return record_report(by, channel="media", language="en", text=text, **values)


def _claim(by: Actor, report: Report, words: str = "Dozens remain", **values: Any) -> Claim:
    given = {"asserted_by": "Dawn Post (news outlet)", "asked": "how_many", **values}
    return mark_claim(by, report=report, words=words, **given)


def _token(operations: Operations, role: str) -> dict[str, str]:
    sent = {"name": "invented script", "roles": [role], "days": 30}
    page = operations.browser(role).post("/o/own/tokens/", sent).content.decode()
    return {"Authorization": f"Bearer {page[(i := page.index('fn_')) : i + 46]}"}


def test_mark_claim__finds_the_words_and_keeps_who_cites_whom(operations: Operations) -> None:
    by = operations.actor("investigator")
    chain = "Sahra (news agency)\nInvented Commander (commander)\nunnamed source"
    claim = _claim(by, _report(by), chain=chain)
    assert TEXT[claim.start : claim.end] == claim.words == "Dozens remain"
    assert claim.cited_as == "Dawn Post ← Sahra ← Invented Commander ← unnamed source"
    kinds = [Source.objects.get(pk=pk).kind for pk in claim.chain]
    assert kinds == ["agency", "commander", "unnamed"]
    again = _claim(by, _report(by), chain="SAHRA\nUnnamed source")
    assert again.asserted_by == claim.asserted_by
    assert again.chain[0] == claim.chain[0]
    assert again.chain[1] != claim.chain[2]  # unnamed by another


@pytest.mark.parametrize(
    ("words", "said"), [("not there", "do not stand"), ("115 bodies", "2 times"), ("", "do not")]
)
def test_mark_claim__words_absent_or_ambiguous_are_refused(
    operations: Operations, words: str, said: str
) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    with pytest.raises(ValidationError, match=said):
        _claim(by, report, words)
    assert not Claim.objects.exists()
    assert not Source.objects.exists()


def test_mark_claim__places_decide_between_equal_words(operations: Operations) -> None:
    by = operations.actor("investigator")
    second = TEXT.rindex("115")
    claim = _claim(by, _report(by), "115 bodies", start=second, end=second + 10)
    assert claim.start == second
    stray = _claim(by, _report(by), "Dozens remain", start=0, end=5)
    assert stray.words == "Dozens remain"


def test_grade_claim__only_by_somebody_else(operations: Operations) -> None:
    reporter, marker = operations.actor("coordinator"), operations.actor("investigator")
    grader = operations.actor("prosecutor")
    claim = _claim(marker, _report(reporter))
    grade = {"reliability": "B", "credibility": "2", "rationale": "Invented reason."}
    for hand in (reporter, marker, system_actor(operations.own)):
        with pytest.raises(ValidationError, match="somebody else"):
            grade_claim(hand, claim, 1, **grade)
    with pytest.raises(PermissionDenied):
        grade_claim(operations.actor("custodian"), claim, 1, **grade)
    assert to_grade(grader).count() == 1
    assert to_grade(marker).count() == to_grade(reporter).count() == 0
    assert str(grade_claim(grader, claim, 1, **grade)) == "B2"
    assert to_grade(grader).count() == 0


def test_grade_claim__not_by_whoever_entered_it_on_page_and_api(operations: Operations) -> None:
    by = operations.actor("investigator")
    claim = _claim(by, _report(by))
    values = {"reliability": "B", "credibility": "2", "rationale": "Invented.", "seen_version": 1}
    page = f"/o/own/report/claims/{claim.pk}/grade/"
    api = f"/api/o/own/report/claims/{claim.pk}/grade/"
    mine, other = operations.browser("investigator"), operations.browser("prosecutor")
    assert mine.post(page, values).status_code == 422
    refused = mine.post(api, values, "application/json", headers=_token(operations, "investigator"))
    assert refused.status_code == 422, refused.content
    assert not Grade.objects.exists()
    assert other.post(page, values).status_code == 302
    done = other.post(api, values, "application/json", headers=_token(operations, "prosecutor"))
    assert done.status_code in (200, 201), done.content
    assert Grade.objects.count() == 2
    assert operations.browser("custodian").post(page, values).status_code == 404


def test_grade_claim__holds_for_the_version_that_was_seen(operations: Operations) -> None:
    by, grader = operations.actor("investigator"), operations.actor("prosecutor")
    claim = _claim(by, _report(by))
    grade = {"reliability": "A", "credibility": "1", "rationale": "Invented."}
    grade_claim(grader, claim, 1, **grade)
    changed = correct_claim(by, claim, 1, reason="unit", asserted_by="Dawn Post", unit="bags")
    (shown,) = shown_claims(by, [changed])
    assert shown.grade is None
    assert str(shown.older_grade) == "A1"
    with pytest.raises(StaleEdit):
        grade_claim(grader, changed, 1, **grade)


def test_grade_claim__whoever_corrected_the_claim_does_not_grade(operations: Operations) -> None:
    by, other = operations.actor("investigator"), operations.actor("prosecutor")
    claim = _claim(by, _report(by))
    claim = correct_claim(other, claim, 1, reason="unit", asserted_by="Dawn Post", unit="bags")
    with pytest.raises(ValidationError, match="somebody else"):
        grade_claim(other, claim, 2, reliability="A", credibility="1", rationale="x")


def test_question__its_page_asks_the_database_as_often_for_many_claims(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    question = ask_question(by, text="How many lie here?", kind="how_many", scope="this pit")
    browser = operations.browser("investigator")
    address = f"/o/own/report/questions/{question.pk}/"

    def place(words: str, source: str) -> None:
        claim = _claim(by, report, words, asserted_by=source)
        place_claim(by, question, 1, claim=claim, stance="for")

    left_out = _claim(by, report, "were lifted")
    place("Dozens remain", "Invented Post 1 (news outlet)")
    with CaptureQueriesContext(connection) as few:
        page = browser.get(address).content.decode()
    assert re.findall(r"place/\?claim=([^\"]+)", page) == [left_out.code]  # the rest stands here
    for number, words in enumerate(("Invented", "commander", "remain"), start=2):
        place(words, f"Invented Post {number} (news outlet)")
    with CaptureQueriesContext(connection) as many:
        page = browser.get(address).content.decode()
    assert page.count('<article class="claim-card">') == 4
    assert len(many) == len(few)


def test_question__claims_of_one_origin_count_once_strongest_first(
    operations: Operations,
) -> None:
    by, grader = operations.actor("investigator"), operations.actor("prosecutor")
    report = _report(by)
    commander = "Invented Commander (commander)"
    weak = [
        _claim(by, report, asserted_by="Dawn Post", chain=f"Sahra\n{commander}"),
        _claim(by, report, asserted_by="Furat Line", chain=commander),
    ]
    strong = _claim(by, report, asserted_by="Civil Defence (organisation)")
    unnamed = _claim(by, report, asserted_by="Furat Line", chain="unnamed sources")
    grade_claim(grader, strong, 1, reliability="A", credibility="2", rationale="x")
    grade_claim(grader, weak[0], 1, reliability="D", credibility="4", rationale="x")
    grade_claim(grader, weak[1], 1, reliability="C", credibility="4", rationale="x")
    question = ask_question(by, text="How many lie here?", kind="how_many", scope="this pit")
    for claim in (*weak, strong, unnamed):
        place_claim(by, question, 1, claim=claim, stance="for")
    shown = claims_on(by, question)
    groups = by_origin(shown)
    names = [(g.source.name, g.origin.unnamed, len(g.claims)) for g in groups]
    assert names == [
        ("Civil Defence", False, 1),
        ("Furat Line", True, 1),
        ("Invented Commander", False, 2),
    ]
    assert groups[2].claims[0].claim == weak[1]
    assert (independent(shown).least, independent(shown).most) == (2, 3)
    relate_claims(by, strong, 1, relation="supersedes", other=unnamed, reason="later")
    assert independent(claims_on(by, question)).most == 2


def test_place_claim__twice_changes_the_stance(operations: Operations) -> None:
    by = operations.actor("investigator")
    claim = _claim(by, _report(by))
    question = ask_question(by, text="How many?", kind="how_many", scope="this pit")
    place_claim(by, question, 1, claim=claim, stance="for")
    again = place_claim(by, question, 1, claim=claim, stance="against", reason="misread")
    assert (again.version, again.stance) == (2, "against")
    assert Bearing.objects.count() == 1


def test_relate_claims__superseding_makes_no_ring(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    one, two, three = (_claim(by, report, asserted_by=name) for name in ("A", "B", "C"))
    relation = relate_claims(by, one, 1, relation="supersedes", other=two, reason="later")
    relate_claims(by, two, 1, relation="supersedes", other=three, reason="later")
    with pytest.raises(ValidationError):
        relate_claims(by, two, 1, relation="supersedes", other=one, reason="x")
    with pytest.raises(ValidationError):
        relate_claims(by, three, 1, relation="supersedes", other=one, reason="x")
    assert independent(shown_claims(by, [one, two, three])).most == 1  # in a ring: none
    relate_claims(by, three, 1, relation="contradicts", other=one, reason="no order in time")
    withdraw_relation(by, relation, 1, reason="mistaken")
    relate_claims(by, two, 1, relation="supersedes", other=one, reason="the other way round")


def test_relate_claims__once_not_to_itself_and_withdrawable(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    one, other = _claim(by, report), _claim(by, report)
    with pytest.raises(ValidationError, match="itself"):
        relate_claims(by, one, 1, relation="supports", other=one, reason="x")
    relation = relate_claims(by, one, 1, relation="contradicts", other=other, reason="x")
    with pytest.raises(ValidationError, match="already"):
        relate_claims(by, one, 1, relation="contradicts", other=other, reason="y")
    withdraw_relation(by, relation, 1, reason="misread")
    relate_claims(by, one, 1, relation="contradicts", other=other, reason="again")


def test_withdraw_relation__a_second_time_keeps_the_first_day(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    one, other = _claim(by, report), _claim(by, report)
    relation = relate_claims(by, one, 1, relation="supports", other=other, reason="x")
    first = withdraw_relation(by, relation, 1, reason="misread")
    second = withdraw_relation(by, first, 2, reason="misread again")
    assert (second.version, second.withdrawn_at) == (2, first.withdrawn_at)


def test_same_as__joins_origins_and_refuses_rings(operations: Operations) -> None:
    by = operations.actor("investigator")
    one = record_source(by, name="Commander A", kind="commander")
    two = record_source(by, name="القائد أ", kind="commander", same_as=one)
    claims = [
        _claim(by, _report(by), asserted_by="Commander A"),
        _claim(by, _report(by), asserted_by="القائد أ"),
    ]
    assert len(by_origin(shown_claims(by, claims))) == 1
    with pytest.raises(ValidationError, match="other way round"):
        correct_source(by, one, 1, reason="x", same_as=two)


def test_witness__is_closed_to_everybody_outside_of_the_inquiry(operations: Operations) -> None:
    by = operations.actor("investigator")
    canary = "Canary Witness"
    told = record_report(by, channel="interview", language="en", text="Canary words of a pit.")
    hidden = _claim(by, told, "Canary words", asserted_by=f"{canary} (witness)")
    cited = _claim(by, _report(by), "Dozens remain", chain=f"{canary} (witness)")
    question = ask_question(by, text="How many?", kind="how_many", scope="this pit")
    place_claim(by, question, 1, claim=hidden, stance="for")
    relate_claims(by, hidden, 1, relation="supports", other=cited, reason="same")
    stem = "report/"
    paths = [
        f"{stem}reports/", f"{stem}claims/", f"{stem}sources/", f"{stem}relations/",
        f"{stem}bearings/", f"{stem}questions/{question.pk}/", f"{stem}claims/?q=canary",
    ]  # fmt: skip
    for role, sees in ((Role.PROSECUTOR, True), (Role.CUSTODIAN, False), (Role.EXAMINER, False)):
        browser = operations.browser(role)
        for path in paths:
            text = browser.get(f"/o/own/{path}").content.decode()
            api = browser.get(f"/api/o/own/{path}").content.decode()
            assert (told.code in text + api or hidden.code in text + api) <= sees, (role, path)
            assert ("Canary" in text.replace("canary", "")) <= sees, (role, path)
            assert ("Canary" in api) <= sees, (role, path)
        for record, path in ((hidden, "claims"), (cited, "claims"), (told, "reports")):
            answer = browser.get(f"/o/own/{stem}{path}/{record.pk}/")
            assert answer.status_code == (200 if sees else 404)
        book = b"".join(browser.get(f"/o/own/{stem}claims/export/csv/").streaming_content)
        assert (b"Canary" in book) is sees


def test_witness__a_person_named_only_in_a_statement_is_closed_a_body_is_not(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    told = record_report(by, channel="interview", language="en", text="Canary words of a pit.")
    _claim(by, told, "Canary words", asserted_by="The teller", chain="Abu Canary\nSahra (agency)")
    custodian = operations.actor("custodian")
    assert [s.name for s in Source.objects.visible_to(custodian)] == ["Sahra"]
    cited = _claim(by, _report(by), "Dozens remain", chain="Abu Canary")
    assert not Claim.objects.visible_to(custodian).filter(pk=cited.pk).exists()
    assert b"Canary" not in operations.browser("custodian").get("/o/own/report/sources/").content


def test_witness__a_source_that_turns_out_to_be_one_closes_its_claims(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    claim = _claim(by, _report(by), chain="A man from the village")
    custodian = operations.actor("custodian")
    assert Claim.objects.visible_to(custodian).filter(pk=claim.pk).exists()
    source = Source.objects.get(name="A man from the village")
    correct_source(by, source, 1, reason="he saw it", name=source.name, kind="witness")
    assert not Claim.objects.visible_to(custodian).filter(pk=claim.pk).exists()
    assert not Source.objects.visible_to(custodian).filter(pk=source.pk).exists()


def test_marked_text__follows_a_correction_of_the_report(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    claim = _claim(by, report)
    moved = correct_report(by, report, 1, reason="heading", text="Heading. " + TEXT)
    pieces, lost = marked_text(moved, [claim])
    assert [p.text for p in pieces if p.claims] == ["Dozens remain"]
    assert lost == []
    gone = correct_report(by, report, 2, reason="misheard", text="Nothing remains.")
    assert marked_text(gone, [claim])[1] == [claim]


EML = (
    b"From: person@example.org\r\nDate: Mon, 20 Nov 2017 09:15:00 +0200\r\nSubject: Pit\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: text/plain\r\n\r\nAn invented pit.\r\n--x\r\nContent-Type: image/jpeg\r\n"
    b'Content-Disposition: attachment; filename="a.jpg"\r\n\r\nbytes\r\n--x--\r\n'
)


def test_upload_report__an_e_mail_is_read_and_kept_as_it_came(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = upload_report(by, file=SimpleUploadedFile("mail.EML", EML))
    assert (report.channel, report.title, report.text) == ("e_mail", "Pit", "An invented pit.")
    assert report.source == "person@example.org"
    assert report.sent["edtf"] == "2017-11-20"
    kept = list(files_of(report))
    assert [f.name for f in kept] == ["mail.EML", "a.jpg"]
    assert kept[0].size_bytes == len(EML)


def test_upload_report__other_files_are_kept_and_bad_ones_refused(operations: Operations) -> None:
    by = operations.actor("investigator")
    pdf = upload_report(by, file=SimpleUploadedFile("a.pdf", b"%PDF-1.7"), text="typed")
    assert (pdf.channel, pdf.text) == ("upload", "typed")
    arabic = "مقبرة".encode("windows-1256") + b" \xda\xe1\xec \xc7\xe1\xd8\xd1\xed\xde"
    text = upload_report(by, file=SimpleUploadedFile("a.txt", arabic))
    assert text.text.startswith("مقبرة")
    assert text.language == "ar"
    for name, data in (("b.eml", b"no mail"), ("b.txt", b"\x00\x01")):
        with pytest.raises(ValidationError):
            upload_report(by, file=SimpleUploadedFile(name, data))
    assert Report.objects.count() == 2


def test_pages__show_marks_origins_and_what_is_established(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = _report(by, source="Dawn Post")
    claim = _claim(by, report, chain="Sahra\nunnamed sources", observed=None)
    question = ask_question(by, text="How many lie here?", kind="how_many", scope="this pit")
    place_claim(by, question, 1, claim=claim, stance="against")
    as_of = {"said": "2020", "edtf": "2020", "earliest": "2020-01-01", "latest": "2020-12-31"}
    establish(by, question, 1, value="40 bodies", definition="Counted at the table.", as_of=as_of)
    browser = operations.browser("coordinator")
    page = browser.get(f"/o/own/report/reports/{report.pk}/").content.decode()
    assert "<mark>Dozens remain</mark>" in page
    page = browser.get(f"/o/own/report/questions/{question.pk}/").content.decode()
    assert page.index("40 bodies") < page.index("Against it") < page.index("Dozens remain")
    assert "Somebody unnamed, cited by" in page
    page = browser.get(f"/o/own/report/reports/{report.pk}/marking/").content.decode()
    assert "proposed-number" in page
    form = browser.get(f"/o/own/report/claims/mark/?report={report.code}&start=10&end=33")
    page = form.content.decode()
    assert 'value="115"' in page
    assert "115 bodies were lifted" in page
    assert Claim.objects.count() == 1  # proposals store nothing


def test_mark_page__takes_copied_words_without_javascript(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = _report(by)
    browser = operations.browser("coordinator")
    sent = {
        "report": report.code, "words": "Dozens remain", "asked": "how_many",
        "asserted_by": "Dawn Post", "chain": "Sahra\r\nunnamed", "observed": "3/4/2017",
    }  # fmt: skip
    refused = browser.post("/o/own/report/claims/mark/", sent)
    assert refused.status_code == 422
    assert "2017-04-03" in refused.content.decode()
    stored = browser.post(
        "/o/own/report/claims/mark/", {**sent, "observed": "3/4/2017 = 2017-04-03"}
    )
    assert stored.status_code == 302
    claim = Claim.objects.get()
    assert (claim.observed["said"], claim.observed["edtf"]) == ("3/4/2017", "2017-04-03")
    unknown = browser.post("/o/own/report/claims/mark/", {**sent, "report": "R-00099-X"})
    assert unknown.status_code == 422

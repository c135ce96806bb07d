"""Victim lists on the database: taken over once, compared, one person proposed, never merged."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web_fixtures import Operations

from forename.audit.models import Event
from forename.records.jobs import run_job
from forename.records.models import Job, StoredFile
from forename.report.actions.lists import receive_list
from forename.report.models import (
    ComparedLine,
    Comparison,
    Membership,
    SamePerson,
    VictimEntry,
    VictimList,
    VictimNameKey,
)

FIRST = "No,Name,Age,Village,Shoe\n1,Hussein Khalid Invented,20,Nowhere,42\n2,Nizar Made Up,30,,\n"
SECOND = "الرقم,الاسم,العمر\n1,حسين خالد Invented,21\n2,بلال درويش,60\n"


def _list(operations: Operations, title: str = "Invented list", **values: Any) -> Any:
    given = {"source": "Invented committee", "edition": "first"}
    received = {"said": "2018", "edtf": "2018", "earliest": "2018-01-01", "latest": "2018-12-31"}
    by = operations.actor("investigator")
    return receive_list(by, title=title, received=received, **{**given, **values})


def _stage(browser: Any, victim_list: Any, data: str | bytes, name: str = "invented.csv") -> Any:
    upload = SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
    return browser.post(f"/o/own/report/lists/{victim_list.pk}/lines/", {"table": upload})


def _taken(operations: Operations, text: str, **values: Any) -> Any:
    browser = operations.browser("investigator")
    victim_list = _list(operations, **values)
    staged = _stage(browser, victim_list, text)
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 302
    return VictimList.objects.get(pk=victim_list.pk)


def test_lines__are_shown_then_taken_over_once(operations: Operations) -> None:
    browser = operations.browser("investigator")
    victim_list = _list(operations)
    staged = _stage(browser, victim_list, FIRST)
    assert staged.status_code == 302
    assert not VictimEntry.objects.exists()
    shown = browser.get(staged["Location"]).content.decode()
    assert "2 lines are ready" in shown
    assert "Shoe" in shown
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 302
    entry = VictimEntry.objects.get(line=2)
    assert entry.name == "Hussein Khalid Invented"
    assert entry.parts["father"] == ["Khalid"]
    assert entry.others == {"Shoe": "42"}
    assert (entry.age, entry.origin, entry.number) == ("20", "Nowhere", "1")
    assert VictimNameKey.objects.filter(entry=entry, key="husayn").exists()
    assert VictimList.objects.get().entries_count == 2
    page = browser.get(f"/o/own/report/lists/{victim_list.pk}/").content.decode()
    assert "<strong>Take the lines over from a file</strong>" in page
    assert Event.objects.filter(record_type="report.victimentry").count() == 2
    again = _stage(browser, victim_list, FIRST)
    assert again["Location"] == staged["Location"]
    assert browser.post(again["Location"], {"seen_version": "2"}).status_code == 422
    elsewhere = _stage(browser, _list(operations, "Another"), FIRST)
    assert elsewhere["Location"] == staged["Location"]
    assert VictimEntry.objects.count() == 2
    assert StoredFile.objects.values("sha256").distinct().count() == 1


def test_lines__a_workbook_is_read(operations: Operations) -> None:
    book = openpyxl.Workbook()
    for row in (["الاسم", "العمر"], ["سامي المخترع", 20]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    browser = operations.browser("investigator")
    staged = _stage(browser, _list(operations), out.getvalue(), "invented.xlsx")
    browser.post(staged["Location"], {"seen_version": "1"})
    assert VictimEntry.objects.get().name == "سامي المخترع"
    assert VictimEntry.objects.get().age == "20"


def _workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_lines__a_merged_heading_below_titles_is_understood(operations: Operations) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["قائمة مخترعة", None, None, None, None],
        ["آذار 2018"],
        [],
        ["م", "الاسم", None, None, "العمر"],
        [None, "الأول", "الأب", "الكنية", None],
        [1, "سامر", "حميد", "الراعي", 24],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B4:D4")
    sheet.merge_cells("E4:E5")
    out = io.BytesIO()
    book.save(out)
    browser = operations.browser("investigator")
    staged = _stage(browser, _list(operations), out.getvalue(), "invented.xlsx")
    browser.post(staged["Location"], {"seen_version": "1"})
    entry = VictimEntry.objects.get()
    assert (entry.line, entry.number, entry.age) == (6, "1", "24")
    assert entry.name == "سامر حميد الراعي"
    assert (entry.parts["given"], entry.parts["family"]) == (["سامر"], ["الراعي"])


def test_lines__of_several_sheets_one_is_named(operations: Operations) -> None:
    data = _workbook(
        North=[["name"], ["Invented A"]], South=[["name"], ["Invented B"]], Empty=[]
    )  # fmt: skip
    browser, victim_list = operations.browser("investigator"), _list(operations)
    address = f"/o/own/report/lists/{victim_list.pk}/lines/"

    def send(sheet: str) -> Any:
        table = SimpleUploadedFile("invented.xlsx", data)
        return browser.post(address, {"table": table, "sheet": sheet})

    refused = send("")
    assert refused.status_code == 422
    assert "Several sheets of this workbook hold data" in refused.content.decode()
    assert "no sheet is called" in send("West").content.decode()
    staged = send("South")
    browser.post(staged["Location"], {"seen_version": "1"})
    assert VictimEntry.objects.get().name == "Invented B"


def test_lines__a_bad_file_is_located_and_nothing_is_stored(operations: Operations) -> None:
    browser = operations.browser("investigator")
    victim_list = _list(operations)
    staged = _stage(browser, victim_list, "name,age\nInvented,200\n")
    page = browser.get(staged["Location"]).content.decode()
    assert '<td data-label="line">2</td><td data-label="column">2</td>' in page
    assert "between 0 and 130" in page
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 422
    assert _stage(browser, victim_list, "").status_code == 422
    assert _stage(browser, victim_list, b"\x00\x01").status_code == 422
    assert browser.post(f"/o/own/report/lists/{victim_list.pk}/lines/", {}).status_code == 422
    assert not VictimEntry.objects.exists()


def test_lines__an_edition_keeps_its_lines(operations: Operations) -> None:
    taken = _taken(operations, FIRST)
    answer = _stage(operations.browser("investigator"), taken, SECOND)
    assert answer.status_code == 422
    assert "new edition" in answer.content.decode()


def test_lists__roles(operations: Operations) -> None:
    taken = _taken(operations, FIRST)
    address = f"/o/own/report/lists/{taken.pk}/"
    assert operations.browser("custodian").get(address).status_code == 200
    assert operations.browser("custodian").get(f"{address}lines/").status_code == 404
    assert operations.browser("statistics").get(address).status_code == 404
    for page in ("", "lines/", "compare/", "compare/csv/", "same-people/"):
        answer = operations.browser("coordinator", "other").get(address + page)
        assert answer.status_code == 404


def test_compare__shows_and_exports_what_differs(operations: Operations) -> None:
    first = _taken(operations, FIRST)
    text = "No,Name,Age\n1,Nizar Made Up,31\n2,=Bilal New,60\n"
    second = _taken(operations, text, edition="second", edition_of=first)
    browser = operations.browser("custodian")
    address = f"/o/own/report/lists/{second.pk}/compare/"
    page = browser.get(address).content.decode()
    assert "Hussein Khalid Invented" in page
    assert "<strong>31</strong>" in page
    sent = b"".join(browser.get(f"{address}csv/").streaming_content).decode("utf-8-sig")
    assert '"gone","1","Hussein Khalid Invented"' in sent
    quoted = "'=Bilal New"
    assert f'"added","","","2","{quoted}",""' in sent
    book = openpyxl.load_workbook(io.BytesIO(_sent(browser.get(f"{address}xlsx/"))))
    assert book.active.max_row == 4
    assert browser.get(f"{address}pdf/").status_code == 404
    assert browser.get(f"{address}csv/?with=L-00099-X").status_code == 404
    assert "Choose the list" in browser.get(f"{address}?with=none").content.decode()


def test_compare__large_editions_are_compared_by_a_job_and_kept(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forename.report.comparisons.COMPARED_AT_ONCE", 3)
    first = _taken(operations, FIRST)
    text = "No,Name,Age\n1,Nizar Made Up,31\n2,Bilal New,60\n"
    second = _taken(operations, text, edition="second", edition_of=first)
    browser = operations.browser("custodian")
    address = f"/o/own/report/lists/{second.pk}/compare/"
    asked = browser.get(address)
    job = Job.objects.get(kind="compare-lists")
    assert asked.status_code == 302
    assert asked["Location"] == f"/o/own/jobs/{job.pk}/"
    assert browser.get(address)["Location"] == asked["Location"]
    assert not ComparedLine.objects.exists()
    run_job.call(str(job.pk))
    assert f"{address}?with={first.code}" in browser.get(asked["Location"]).content.decode()
    page = browser.get(address).content.decode()
    assert "Hussein Khalid Invented" in page
    assert "<strong>31</strong>" in page
    assert "Nizar" not in browser.get(f"{address}?state=gone").content.decode()
    assert Job.objects.filter(kind="compare-lists").count() == 1


@pytest.fixture
def large_editions(operations: Operations, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Two editions that are large enough for a job, the earlier first."""
    monkeypatch.setattr("forename.report.comparisons.COMPARED_AT_ONCE", 3)
    first = _taken(operations, FIRST)
    text = "No,Name,Age\n1,Nizar Made Up,31\n2,=Bilal New,60\n"
    return first, _taken(operations, text, edition="second", edition_of=first)


def _sent(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_compare__the_file_of_large_editions_is_written_by_a_job(
    operations: Operations, large_editions: tuple[Any, Any]
) -> None:
    first, second = large_editions
    browser = operations.browser("custodian")
    address = f"/o/own/report/lists/{second.pk}/compare/csv/"
    asked = browser.get(address)
    job = Job.objects.get()
    assert (asked.status_code, job.kind) == (302, "compare-lists-file")
    assert asked["Location"] == f"/o/own/jobs/{job.pk}/"
    assert browser.get(address)["Location"] == asked["Location"]
    run_job.call(str(job.pk))
    assert f"{asked['Location']}file/" in browser.get(asked["Location"]).content.decode()
    answer = browser.get(address)
    sent = _sent(answer)
    rows = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["changed", "added", "gone"]
    assert rows[2][4] == "'=Bilal New"
    name = f"SIMULATED-own-{first.code}-{second.code}.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert _sent(browser.get(f"{asked['Location']}file/")) == sent
    browser.get(address.replace("csv", "xlsx"))
    run_job.call(str(Job.objects.latest("asked_at").pk))
    book = openpyxl.load_workbook(io.BytesIO(_sent(browser.get(address.replace("csv", "xlsx")))))
    assert book.active.title == "SIMULATED-lists"
    assert book.active.cell(3, 5).data_type == "s"
    assert Job.objects.count() == 2


def test_compare__the_file_of_a_job_is_its_own_persons_and_never_stale(
    operations: Operations, large_editions: tuple[Any, Any]
) -> None:
    first, second = large_editions
    address = f"/o/own/report/lists/{second.pk}/compare/csv/"
    browser = operations.browser("custodian")
    browser.get(address)
    job = Job.objects.get()
    run_job.call(str(job.pk))
    assert operations.browser("statistics").get(address).status_code == 404
    for operation in ("own", "other"):
        another = operations.browser("coordinator", operation)
        assert another.get(f"/o/own/jobs/{job.pk}/file/").status_code == 404
    assert operations.browser("coordinator").get(address).status_code == 302
    assert browser.get(f"{address}?lang=ar").status_code == 302
    assert _sent(browser.get(f"{address}?lang=en"))
    entry = VictimEntry.objects.get(victim_list=first, line=3)
    values = {"given": "Nizar", "reason": "Invented", "seen_version": "1"}
    inquirer = operations.browser("investigator")
    assert inquirer.post(f"/o/own/report/entries/{entry.pk}/parts/", values).status_code == 302
    assert browser.get(address).status_code == 302
    anew = Job.objects.filter(user=job.user, language="en").latest("asked_at")
    assert anew.pk != job.pk
    run_job.call(str(anew.pk))
    assert _sent(browser.get(address))


def test_compare__the_api_gives_lines_in_pages(
    operations: Operations, large_editions: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forename.report.api.LINES_AT_ONCE", 2)
    first, second = large_editions
    browser = operations.browser("custodian")
    address = f"/api/o/own/report/lists/{second.pk}/compare/"
    assert browser.get(address).status_code == 202
    run_job.call(str(Job.objects.get().pk))
    found = browser.get(address).json()
    assert (found["count"], found["page"], found["pages"]) == (3, 1, 2)
    assert found["earlier"] == str(first.pk)
    assert [line["state"] for line in found["lines"]] == ["changed", "added"]
    assert found["lines"][0]["changes"] == {"number": ["2", "1"], "age": ["30", "31"]}
    assert [line["state"] for line in browser.get(f"{address}?page=2").json()["lines"]] == ["gone"]
    assert browser.get(f"{address}?page=99").json()["page"] == 2
    assert browser.get(f"{address}?page=0").json()["page"] == 1
    assert browser.get(f"{address}?page=x").status_code == 422


def test_compare__a_corrected_entry_makes_a_kept_comparison_anew(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forename.report.comparisons.COMPARED_AT_ONCE", 3)
    first = _taken(operations, FIRST)
    second = _taken(operations, SECOND, edition="second", edition_of=first)
    browser = operations.browser("investigator")
    address = f"/o/own/report/lists/{second.pk}/compare/"
    browser.get(address)
    run_job.call(str(Job.objects.get().pk))
    assert browser.get(address).status_code == 200
    entry = VictimEntry.objects.get(victim_list=first, line=3)
    values = {"given": "Nizar", "reason": "Invented", "seen_version": "1"}
    assert browser.post(f"/o/own/report/entries/{entry.pk}/parts/", values).status_code == 302
    assert browser.get(address).status_code == 302
    job = Job.objects.latest("asked_at")
    assert "anew" in job.title
    run_job.call(str(job.pk))
    assert browser.get(address).status_code == 200
    assert Comparison.objects.count() == 1
    assert ComparedLine.objects.count() == 3


def test_same_people__are_proposed_and_never_merged(operations: Operations) -> None:
    first = _taken(operations, FIRST)
    second = _taken(operations, SECOND, title="Second")
    browser = operations.browser("family_liaison")
    page = browser.get(f"/o/own/report/lists/{second.pk}/same-people/").content.decode()
    assert "Hussein Khalid Invented" in page
    assert "Nizar" not in page
    assert "agrees: age" in " ".join(page.split())
    one = VictimEntry.objects.get(victim_list=first, line=2)
    other = VictimEntry.objects.get(victim_list=second, line=2)
    judge = f"/o/own/report/entries/{one.pk}/same/"
    form = browser.get(f"{judge}?other={other.pk}").content.decode()
    assert "حسين خالد" in form
    values = {
        "other": str(other.pk), "verdict": "accepted", "reason": "Invented", "seen_version": "1",
    }  # fmt: skip
    assert browser.post(judge, values).status_code == 302
    assert browser.post(judge, values).status_code == 422
    pair = SamePerson.objects.get()
    assert pair.grounds["agrees"] == ["age"]
    revise = f"/o/own/report/same/{pair.pk}/revise/"
    values = {"verdict": "withdrawn", "reason": "Invented doubt", "seen_version": "1"}
    assert browser.post(revise, values).status_code == 302
    assert SamePerson.objects.get().verdict == "withdrawn"
    assert VictimEntry.objects.count() == 4
    assert operations.browser("custodian").post(judge, values).status_code == 404


@pytest.mark.parametrize("other", ["", "nonsense", "self"])
def test_same_people__bad_input_is_refused(operations: Operations, other: str) -> None:
    _taken(operations, FIRST)
    entry = VictimEntry.objects.get(line=2)
    values = {
        "other": str(entry.pk) if other == "self" else other,
        "verdict": "accepted", "reason": "Invented", "seen_version": "1",
    }  # fmt: skip
    address = f"/o/own/report/entries/{entry.pk}/same/"
    answer = operations.browser("investigator").post(address, values)
    assert answer.status_code == 422
    assert not SamePerson.objects.exists()


def test_same_people__editions_of_one_list_are_not_proposed(operations: Operations) -> None:
    first = _taken(operations, FIRST)
    second = _taken(operations, SECOND, edition="second", edition_of=first)
    browser = operations.browser("investigator")
    page = browser.get(f"/o/own/report/lists/{second.pk}/same-people/").content.decode()
    assert "No entry of another list" in page


def test_name_parts__are_corrected_and_the_written_name_stays(operations: Operations) -> None:
    _taken(operations, FIRST)
    entry = VictimEntry.objects.get(line=3)
    values = {"given": "Nizar", "family": "Made Up", "reason": "Invented", "seen_version": "1"}
    address = f"/o/own/report/entries/{entry.pk}/parts/"
    assert operations.browser("investigator").post(address, values).status_code == 302
    entry = VictimEntry.objects.get(line=3)
    assert entry.name == "Nizar Made Up"
    assert entry.parts == {"said": "Nizar Made Up", "given": ["Nizar"], "family": ["Made Up"]}


def test_membership__rests_on_a_claim(operations: Operations) -> None:
    from forename.report.actions import mark_claim, record_report
    from forename.report.actions.incidents import record_incident

    by = operations.actor("investigator")
    incident = record_incident(by, title="Invented raid", description="")
    _taken(operations, FIRST, incident=incident)
    report = record_report(by, channel="media", language="en", text="Invented: he lives.")
    claim = mark_claim(by, report=report, words="Invented: he lives.", asserted_by="X", asked="who")
    entry = VictimEntry.objects.get(line=2)
    address = f"/o/own/report/entries/{entry.pk}/"
    values = {"claim": claim.code, "incident": incident.code, "stance": "no", "seen_version": "1"}
    browser = operations.browser("investigator")
    assert browser.post(f"{address}member/", values).status_code == 302
    assert Membership.objects.get().stance == "no"
    page = browser.get(address).content.decode()
    assert "This list says so:" in page
    assert "Is not a victim of it" in page or "is not a victim of it" in page
    assert browser.post(f"{address}member/", {**values, "claim": ""}).status_code == 422
    there = browser.get(f"/o/own/report/memberships/?incident={incident.code}").content.decode()
    assert "Hussein Khalid Invented" in there


def test_entries__are_filtered_by_their_list(operations: Operations) -> None:
    one = _taken(operations, "name\nSami Khalid\n")
    other = _taken(operations, "name\nNizar Hamdan\nRami Salloum\n", edition="another")
    for victim_list, names in ((one, {"Sami Khalid"}), (other, {"Nizar Hamdan", "Rami Salloum"})):
        address = f"/api/o/own/report/entries/?list={victim_list.code}"
        rows = operations.browser("investigator").get(address).json()["rows"]
        assert {row["cells"]["name"] for row in rows} == names

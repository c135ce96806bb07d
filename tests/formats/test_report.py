"""The report as its readers get it: one page, one PDF, in two languages, with nothing fetched."""

from __future__ import annotations

import dataclasses
import datetime
import re
import time
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from tests.formats.format_sources import EXAMPLES
from tests.formats.invented_analysis import hostile_analysis, large_analysis, small_analysis

from forename.exceptions import InvalidSettingError
from forename.formats import read_problem
from forename.formats.report import write_report
from forename.formats.report_content import report_code, report_document
from forename.formats.report_html import render_html
from forename.formats.report_pdf import is_drawn, render_pdf
from forename.formats.wording import LANGUAGES, wording_for
from forename.genetics.analysis import analyse
from forename.genetics.results import Analysis

VOID = {"meta", "col", "br"}
LOADS = {"script", "link", "img", "iframe", "object", "embed", "form", "input", "base", "audio"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in order, every attribute has a value."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend((name, value) for name, value in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend((name, value) for name, value in attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    def values(self, name):
        return [value for attribute, value in self.attributes if attribute == name]


def html(analysis: Analysis, language: str = "en") -> str:
    return render_html(report_document(analysis, wording_for(language)))


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request):
    source = html(small_analysis(), request.param)
    return source, Page(source)


def test_write_report__writes_both_files_and_the_same_bytes_twice(tmp_path):
    first = write_report(small_analysis(), tmp_path / "one" / "deep")
    again = write_report(small_analysis(), str(tmp_path / "two"))
    assert first == tmp_path / "one" / "deep" / "report.html"
    assert first.read_bytes() == again.read_bytes()
    pdf = first.with_name("report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-1.7")
    assert pdf == again.with_name("report.pdf").read_bytes()


def test_write_report__refuses_an_unknown_language_before_writing(tmp_path):
    with pytest.raises(InvalidSettingError, match="'xx'; accepted: en, ar"):
        write_report(small_analysis(), tmp_path / "out", language="xx")
    assert not (tmp_path / "out").exists()


def test_render_html__loads_nothing_and_runs_nothing(page):
    source, parsed = page
    assert not LOADS & set(parsed.tags)
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    assert all(value.startswith("#") for value in parsed.values("href"))
    assert parsed.values("src") == []
    assert "url(" not in source
    assert "@import" not in source
    addresses = set(re.findall(r"https?://[^\s\"'<]+", source))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, not an address
    assert "default-src 'none'" in source


def test_render_html__ids_are_unique_and_links_lead_somewhere(page):
    _, parsed = page
    ids = parsed.values("id")
    assert len(ids) == len(set(ids))
    for reference in ("href", "aria-labelledby"):
        assert {value.lstrip("#") for value in parsed.values(reference)} <= set(ids)


def test_render_html__headings_captions_and_descriptions(page):
    source, parsed = page
    assert parsed.tags.count("h1") == 1
    assert parsed.tags.count("caption") == parsed.tags.count("table")
    assert parsed.tags.count("svg") == source.count('role="img"')
    for drawing in re.findall(r"<svg.*?</svg>", source, re.DOTALL):
        element = ElementTree.fromstring(drawing)
        title = element.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert len(title.text or "") > 20
        assert len(element) > 5


def test_render_html__every_proposal_and_every_sample_is_there(page):
    _, parsed = page
    text = "".join(parsed.text)
    analysis = small_analysis()
    for number, proposal in enumerate(analysis.proposals, 1):
        assert f"proposal-{number}" in parsed.values("id")
        for label in (proposal.missing_person, *proposal.remains):
            assert label in text
    for digest in analysis.provenance.digests.values():
        assert digest in text
    assert report_code(analysis) in text


def test_render_html__findings_name_their_lines():
    text = "".join(Page(html(small_analysis())).text)
    assert "families.txt:17, :18" in text
    assert "freq.txt:1:12" in text


def test_render_html__simulated_data_say_so():
    assert "SIMULATED" in html(small_analysis())
    assert "SIMULATED" not in html(small_analysis(simulated=False))
    assert "بيانات محاكاة" in html(small_analysis(), "ar")


def test_render_html__arabic_runs_right_to_left_with_codes_isolated():
    source = html(small_analysis(), "ar")
    assert '<html lang="ar" dir="rtl">' in source
    text = re.sub(r"<(style|svg|title).*?</\1>", "", source, flags=re.DOTALL)
    text = re.sub(r"<bdi [^>]*>[^<]*</bdi>", "", text)
    text = re.sub(r"<[^>]*>", "", text)
    latin = set(re.findall(r"[A-Za-z]{2,}|\d{2,}", text))
    # Outside isolation stand only fixed words of the Arabic sentences themselves.
    assert latin <= {
        "LR",
        "GLR",
        "SHA",
        "256",
        "report",
        "html",
        "results",
        "json",
        "H1",
        "H2",
        "99",
        "995",
    }


def test_report_document__says_everything_of_the_core_in_arabic():
    problem = read_problem(
        EXAMPLES / "familias-remains.txt",
        EXAMPLES / "familias-relatives.txt",
        EXAMPLES / "frequencies-matrix.txt",
        title="قضية",
    )
    for analysis in (small_analysis(), analyse(problem)):
        assert analysis.findings
        source = html(analysis, "ar")
        # What has no Arabic is marked as English; there must be nothing.
        assert 'lang="en"' not in source
        isolated = re.findall(r"<bdi [^>]*>([^<]*)</bdi>", source)
        words = [text for text in isolated if re.search("[a-z]{2,} [a-z]{2,} [a-z]{2,}", text)]
        sources = {entry.source for entry in analysis.problem.evidence}
        assert [t for t in words if t not in {analysis.problem.title, *sources}] == []


def test_report_document__says_everything_of_the_core_in_english():
    text = "".join(Page(html(small_analysis())).text)
    analysis = small_analysis()
    for proposal in analysis.proposals:
        assert all(str(reason) in text for reason in proposal.reasons)
    for finding in analysis.findings:
        assert str(finding.text) in text
        assert str(finding.advice) in text
    for said in (*analysis.symmetric, *analysis.near_misses, *analysis.advice):
        assert str(said.text) in text


def test_render_html__layout_names_no_side():
    css = re.search(r"<style>(.*?)</style>", html(small_analysis()), re.DOTALL)
    assert css is not None
    spaced = r"(?<![-\w@])(?:margin|padding|border)-(?:left|right)"
    placed = r"text-align: *(?:left|right)|(?<![-\w@])(?:left|right):"
    sides = re.findall(f"{spaced}|{placed}", css[1])
    assert sides == []


def test_render_html__hostile_labels_are_text():
    for language in LANGUAGES:
        source = html(hostile_analysis(), language)
        parsed = Page(source)
        assert not LOADS & set(parsed.tags)
        assert "<script>alert(1)</script>\"'&" in "".join(parsed.text)
        style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)
        assert style is not None
        assert "alert" not in style[1]


def test_render_pdf__hostile_labels_are_text():
    # Any of them acting as markup would fail to compile (@ref) or alter the page count.
    for language in LANGUAGES:
        pdf = render_pdf(report_document(hostile_analysis(), wording_for(language)))
        assert pdf.startswith(b"%PDF-1.7")


def test_render_pdf__is_tagged_and_has_the_sheets_it_needs():
    few = render_pdf(report_document(small_analysis(), wording_for("en")))
    assert b"/StructTreeRoot" in few
    assert b"/Lang (en)" in few or b"/Lang(en)" in few
    assert 6 <= sheets(few) <= 12
    many = render_pdf(report_document(large_analysis(12), wording_for("ar")))
    assert sheets(many) > sheets(few)


def sheets(pdf: bytes) -> int:
    (count,) = re.findall(rb"/Type/Pages/Count (\d+)", pdf)
    return int(count)


def test_render_pdf__a_dated_report_is_made_to_be_kept():
    issued = datetime.date(2026, 11, 22)
    document = report_document(small_analysis(), wording_for("en"), issued)
    assert "2026-11-22" in render_html(document)
    assert b"pdfaid:part>2<" in render_pdf(document)


@pytest.mark.parametrize(
    "label", ["骨 1 💀", "a\u05c7 a\u0651 ب\u0301", "\u0378\ue000", "\x1b[31m"]
)
def test_render_pdf__an_id_that_no_font_can_draw_does_not_end_the_report(label):
    base = small_analysis()
    problem = dataclasses.replace(base.problem, title=label)
    issued = datetime.date(2026, 11, 22)
    document = report_document(
        dataclasses.replace(base, problem=problem), wording_for("en"), issued
    )
    assert b"pdfaid:part>2<" in render_pdf(document)


def test_is_drawn__letters_of_reports_stay_as_they_are():
    assert all(is_drawn(c) for c in "Až9 Łódź Київ ירושלים حلب پژوهش → ≥ −")
    assert not any(is_drawn(c) for c in "\n\x1b骨💀\u0378")


def test_report_document__says_what_is_missing_when_nothing_was_found():
    base = small_analysis()
    empty = dataclasses.replace(
        base,
        proposals=(),
        posteriors=(),
        symmetric=(),
        near_misses=(),
        advice=(),
        groups=(),
        same_person_pairs=(),
        group_pairs=(),
        exclusions=(),
        sensitivity=(),
        findings=(),
        assignments=(),
    )
    text = "".join(Page(html(empty)).text)
    assert "No pairing reaches the posterior of 99.990 %" in text
    assert "Nothing was found." in text
    assert render_pdf(report_document(empty, wording_for("en"))).startswith(b"%PDF")


def test_report_document__counts_two_ids_that_are_one_question_once():
    text = "".join(Page(html(small_analysis())).text)
    # Seven registered; F1, F2, F4, F5 proposed; F6 is one question with F5; F3-a and F3-b wait.
    assert re.search(r"\b2\s*missing persons waiting", text)


def test_report_code__follows_the_inputs():
    one = small_analysis()
    other = dataclasses.replace(
        one, provenance=dataclasses.replace(one.provenance, digests={"remains.txt": "aa" * 32})
    )
    assert report_code(one) == report_code(small_analysis())
    assert report_code(one) != report_code(other)
    assert re.fullmatch(r"FN(-[0-9a-f]{4}){3}", report_code(one))


def test_report__eighty_proposals_are_written_quickly():
    analysis = large_analysis(80)
    render_html(report_document(large_analysis(1), wording_for("en")))
    start = time.process_time()
    source = render_html(report_document(analysis, wording_for("en")))
    assert time.process_time() - start < 3  # about 0.3 s; a busy machine is allowed its noise
    assert source.count('class="card"') == 80

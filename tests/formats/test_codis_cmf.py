from __future__ import annotations

import re

import pytest
from tests.formats.format_sources import EXAMPLES, example

from forename.exceptions import UnusableInputError
from forename.formats import read_families, read_profiles
from forename.formats.codis_cmf import CATEGORIES, read_cmf, read_cmf_relatives, read_cmf_remains
from forename.formats.source import source_of_bytes
from forename.genetics.profiles import Call, Sex


def altered(old: str, new: str, name: str = "codis-remains.xml"):
    text = example(name).data.decode()
    assert old in text
    return source_of_bytes("message.xml", text.replace(old, new, 1).encode())


def test_read_cmf_remains__takes_one_allele_as_a_homozygote() -> None:
    profiles = read_cmf_remains(example("codis-remains.xml")).value
    assert [profile.sample for profile in profiles] == ["EX1", "EX2", "EX4"]
    assert profiles[2].calls["D3S1358"] == Call(("16", "16"))
    assert profiles[1].sex == Sex.FEMALE  # one X of amelogenin is both
    assert profiles[0].amelogenin == ("X", "Y")


def test_read_cmf_relatives__takes_case_as_family_and_category_as_kinship() -> None:
    relatives = read_cmf_relatives(example("codis-relatives.xml")).value
    assert [(r.family, r.kinship) for r in relatives] == [
        ("X1", "mother"), ("X1", "sibling"), ("X2", "father"), ("X2", "sibling"),
        ("X3", "spouse"), ("X3", "child"),
    ]  # fmt: skip
    families = read_families(EXAMPLES / "codis-relatives.xml").value
    assert [family.id for family in families] == ["X1", "X2", "X3"]


def test_read_cmf_remains__tells_of_specimens_it_leaves_out() -> None:
    reading = read_cmf_remains(altered(">Unidentified Person<", ">Staff<"))
    assert [profile.sample for profile in reading.value] == ["EX2", "EX4"]
    assert [finding.code for finding in reading.findings] == ["specimens_not_used"]


def test_read_cmf_remains__reads_staff_when_there_is_nothing_else() -> None:
    text = example("codis-remains.xml").data.replace(b"Unidentified Person", b"Staff")
    assert len(read_cmf_remains(source_of_bytes("m.xml", text)).value) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<HEADERVERSION>3.2", "<HEADERVERSION>abc", "not a version"),
        ("<MESSAGETYPE>Import", "<MESSAGETYPE>Export", "message type"),
        ("<DESTINATIONORI>EXAMPLE", "<DESTINATIONORI>ELEVENCHARS", "characters"),
        ("<SOURCELAB>EXAMPLE</SOURCELAB>\n", "\n", "where <SOURCELAB> should stand"),
        ("<SOURCELAB>EXAMPLE</SOURCELAB>", "<HEADER/><SOURCELAB>E</SOURCELAB>", "SOURCELAB"),
        ("<SUBMITDATETIME>2026-05-04T09:30:00", "<SUBMITDATETIME>4 May 2026", "date and time"),
        ("<SUBMITDATETIME>2026-05-04T09:30:00", "<SUBMITDATETIME>2080-05-04T09:30:00", "date"),
        ("<SPECIMENID>EX2", "<SPECIMENID>EX1", "stands twice"),
        ("<SPECIMENID>EX2", "<SPECIMENID>" + "x" * 25, "25 characters"),
        ("<SPECIMENID>EX2", "<SPECIMENID>EX\n2", "several lines"),
        ("UTF-8", "UTF-16", "encoding"),
        (">Unidentified Person<", ">Remains<", "not a specimen category"),
        ('PARTIAL="false"', 'PARTIAL="perhaps"', "PARTIAL"),
        ("<LOCUSNAME>vWA", "<LOCUSNAME>D3S1358", "stands twice"),
        ("<ALLELEVALUE>15", "<ALLELEVALUE>15-Mar", "date"),
        ("<ALLELEVALUE>15", "<ALLELEVALUE>", "characters"),
        ("<READINGBY>example</READINGBY>", "", "READINGBY"),
        ("</CODISImportFile>", "", "well formed"),
        ("urn:CODISImportFile-schema", "urn:other", "namespace"),
        ("<!--", '<!DOCTYPE x [<!ENTITY e "1">]><!--', "declares"),
    ],
)
def test_read_cmf__locates_what_the_schema_does_not_allow(old: str, new: str, said: str) -> None:
    with pytest.raises(UnusableInputError, match=re.escape(said)) as caught:
        read_cmf(altered(old, new))
    assert caught.value.file == "message.xml"
    assert caught.value.line
    assert caught.value.expected


def test_read_cmf__names_the_line_of_the_element() -> None:
    altered_source = altered("<ALLELEVALUE>9.3", "<ALLELEVALUE>abc")
    line = altered_source.data.decode().split("abc")[0].count("\n") + 1
    with pytest.raises(UnusableInputError) as caught:
        read_cmf(altered_source)
    assert caught.value.line == line


def test_read_cmf__allows_eight_alleles_and_no_more() -> None:
    allele = "<ALLELE><ALLELEVALUE>9</ALLELEVALUE></ALLELE>"
    end = "</LOCUS>"
    read_cmf(altered(end, allele * 6 + end))
    with pytest.raises(UnusableInputError, match="at most 8"):
        read_cmf(altered(end, allele * 7 + end))


def test_read_cmf_relatives__needs_a_family() -> None:
    with pytest.raises(UnusableInputError, match="CASEID"):
        read_cmf_relatives(altered('CASEID="X1"', "", "codis-relatives.xml"))


def test_read_cmf__refuses_xml_that_is_nested_too_deeply() -> None:
    text = "<CODISImportFile>" * 40 + "</CODISImportFile>" * 40
    with pytest.raises(UnusableInputError, match="nested"):
        read_cmf(source_of_bytes("m.xml", text.encode()))


def test_read_cmf__reads_the_published_example(shared) -> None:
    folder = shared / "data" / "codis"
    first, second = read_profiles(folder / "cmf-3.2-example.xml").value
    assert (first.sample, len(first.calls)) == ("IMP_0001A", 13)
    assert (second.sample, second.sex) == ("IMP_0001B", Sex.MALE)
    assert {a for call in second.calls.values() for a in call.alleles} >= {
        "<6",
        ">15",
        "<25",
        ">17",
    }
    schema = (folder / "cmf-3.2.xsd").read_text(encoding="utf-8")
    listed = set(
        re.findall(
            r'enumeration value="([^"]+)"',
            schema.split("SpecimenCategoryType")[1].split("</xsd:simpleType>")[0],
        )
    )
    assert listed == CATEGORIES - {"Deduced Missing Person"}

from __future__ import annotations

import pytest

from forename.exceptions import UnusableInputError
from forename.formats.source import read_source, source_of_bytes
from forename.formats.text import decode

ARABIC = "رقم العينة;الاسم\nع-1;محمد وعلي\n"
ACCENTED = "Muestra;Años\nÁlvarez;16\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("plain\n", "ascii", "utf-8"),
        (ARABIC, "utf-8", "utf-8"),
        (ARABIC, "utf-8-sig", "utf-8"),
        (ARABIC, "utf-16", "utf-16-le"),
        (ARABIC, "utf-32", "utf-32-le"),
        ("Sample\tvWA 1\nA\t12\n", "utf-16-le", "utf-16-le"),
        ("Sample\tvWA 1\nA\t12\n", "utf-16-be", "utf-16-be"),
        (ARABIC, "cp1256", "cp1256"),
        (ACCENTED, "cp1252", "cp1252"),
    ],
)
def test_decode__finds_the_encoding_and_the_same_text(text: str, encoding: str, found: str) -> None:
    decoded = decode(source_of_bytes("f.txt", text.encode(encoding)))
    assert decoded.text == text
    assert decoded.encoding == found


def test_decode__says_an_unusual_encoding_and_is_silent_about_utf_8() -> None:
    said = decode(source_of_bytes("f.txt", ARABIC.encode("cp1256"))).findings
    assert [finding.code for finding in said] == ["encoding_detected"]
    assert "Windows-1256" in str(said[0].text)
    assert decode(source_of_bytes("f.txt", ARABIC.encode())).findings == ()


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_decode__gives_one_kind_of_line_end(end: str) -> None:
    assert decode(source_of_bytes("f.txt", f"a{end}b{end}".encode())).text == "a\nb\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old Excel"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"PK\x03\x04....", "workbook or ZIP"),
    ],
)
def test_decode__names_other_kinds_of_file(data: bytes, said: str) -> None:
    with pytest.raises(UnusableInputError, match=said) as caught:
        decode(source_of_bytes("f.txt", data))
    assert caught.value.file == "f.txt"


def test_decode__refuses_utf_8_with_a_few_wrong_bytes() -> None:
    data = ARABIC.encode().replace("محمد".encode(), "محم".encode() + b"\xd8", 1)
    with pytest.raises(UnusableInputError, match="not valid UTF-8") as caught:
        decode(source_of_bytes("f.txt", data))
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_decode__locates_a_control_character() -> None:
    with pytest.raises(UnusableInputError) as caught:
        decode(source_of_bytes("f.txt", b"one\ntwo\x01\n"))
    assert (caught.value.line, caught.value.column) == (2, 4)


@pytest.mark.parametrize("data", [b"", b"\n\n ", b"\xef\xbb\xbf", b"\x00\x00"])
def test_source_of_bytes__refuses_an_empty_file(data: bytes) -> None:
    with pytest.raises(UnusableInputError, match="empty"):
        source_of_bytes("f.txt", data)


def test_read_source__names_the_file_without_its_folders(tmp_path) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(UnusableInputError) as caught:
            read_source(path)
        assert caught.value.file == path.name
        assert str(tmp_path.parent) not in str(caught.value)


def test_read_source__refuses_a_file_that_is_too_large(tmp_path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024 + 1)
    with pytest.raises(UnusableInputError, match="at most"):
        read_source(path)

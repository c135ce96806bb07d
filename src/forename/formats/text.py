"""From bytes to text: which encoding a file has, and what was noticed about it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.source import Source
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.sentences import Sentence, say

# First bytes of files that people rename or pick by mistake.
_OTHER_KINDS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "the file saved as .xlsx, CSV or text"),
    (b"%PDF", "a PDF document", "the table itself, as text, CSV or .xlsx"),
    (b"\x89PNG", "a picture", "a table, as text, CSV or .xlsx"),
    (b"\xff\xd8\xff", "a picture", "a table, as text, CSV or .xlsx"),
    (b"\x1f\x8b", "a compressed file", "the file inside it"),
    (b"Rar!", "a compressed file", "the file inside it"),
    (b"7z\xbc\xaf", "a compressed file", "the file inside it"),
    (b"{\\rtf", "a rich-text document", "the file saved as plain text"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", say("UTF-8 with byte-order mark")),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ARABIC_RUN = re.compile("[\u0600-\u06ff\u200c\u200d]{2,}")


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file with LF line ends; ``findings`` say how it was decoded."""

    file: str
    text: str
    digest: str
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode(source: Source) -> SourceText:
    """Return the text of a file, its encoding detected: byte-order mark, UTF-8, UTF-16, Windows.

    Bytes that are not UTF-8 are read as Windows-1256 when that yields Arabic words, else as
    Windows-1252. Anything but plain UTF-8 is told in a finding ``encoding_detected``. Raises
    `UnusableInputError` for other kinds of file, control characters and UTF-8 with a few wrong
    bytes, with their line and column.
    """
    data, file = source.data, source.file
    for magic, kind, expected in _OTHER_KINDS:
        if data.startswith(magic):
            raise UnusableInputError(
                f"this looks like {kind}.", file=file, line=1, expected=expected
            )
    if data.startswith(b"PK\x03\x04"):
        raise UnusableInputError(
            "this is a workbook or ZIP archive, not text.",
            file=file,
            line=1,
            expected="a text file",
        )
    text, encoding, said = _decoded(data, file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - (text.rfind("\n", 0, control.start()) + 1) + 1
        raise UnusableInputError(
            f"a control character (code {ord(control.group())}) stands here; the file is damaged "
            "or is not text.",
            file=file,
            line=line,
            column=column,
            expected="text in UTF-8, UTF-16 or a Windows encoding",
        )
    if not text.strip():
        raise UnusableInputError("the file is empty.", file=file, line=1, expected="some content")
    findings: tuple[Finding, ...] = ()
    if said:
        findings = (
            Finding(
                "encoding_detected",
                Severity.INFO,
                (file,),
                say("{file} was read as {encoding}.", file=file, encoding=said),
                say(
                    "Look at a name with accents or Arabic letters; if it is wrong, save as UTF-8."
                ),
                (Location(file, 1),),
            ),
        )
    return SourceText(file, text, source.digest, encoding, findings)


def _decoded(data: bytes, file: str) -> tuple[str, str, Sentence | str]:
    """Return (text, encoding, what to tell the user or nothing)."""
    for bom, encoding, said in _BOMS:
        if data.startswith(bom):
            return _decode_strictly(data[len(bom) :], encoding, file), encoding, said
    for encoding in ("utf-16-le", "utf-16-be"):
        if _looks_like_utf16(data, encoding):
            return _decode_strictly(data, encoding, file), encoding, say("UTF-16 without a mark")
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError as error:
        # A byte lost or changed in UTF-8 must not turn every name in the file into other letters.
        replaced = data.decode("utf-8", "replace")
        wrong = replaced.count("\ufffd")
        if sum(not sign.isascii() for sign in replaced) > 2 * wrong:
            raise _undecodable(data, error, "utf-8", file) from error
    # Windows-1256 defines every byte, so it always decodes; the letters decide.
    arabic = data.decode("cp1256")
    letters = sum(len(run) for run in _ARABIC_RUN.findall(arabic))
    high = sum(byte >= 0x80 for byte in data)
    if letters >= 0.6 * high:
        return arabic, "cp1256", say("Windows-1256 (Arabic)")
    return _decode_strictly(data, "cp1252", file), "cp1252", say("Windows-1252 (Western)")


def _looks_like_utf16(data: bytes, encoding: str) -> bool:
    """Tell whether every second byte of the beginning is mostly zero, as in UTF-16 ASCII text."""
    head = data[:2000]
    high = head[1::2] if encoding == "utf-16-le" else head[0::2]
    low = head[0::2] if encoding == "utf-16-le" else head[1::2]
    return len(high) >= 4 and high.count(0) > 0.7 * len(high) and low.count(0) < 0.1 * len(low)


def _decode_strictly(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error, encoding, file) from error


def _undecodable(
    data: bytes, error: UnicodeDecodeError, encoding: str, file: str
) -> UnusableInputError:
    before = data[: error.start].decode(encoding, "replace").replace("\r\n", "\n")
    before = before.replace("\r", "\n")
    return UnusableInputError(
        f"the bytes here are not valid {encoding.upper()} text.",
        file=file,
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
        expected="text in UTF-8, UTF-16 or a Windows encoding",
    )

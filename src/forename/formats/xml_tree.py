"""XML read safely into a small tree whose elements know their lines."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, ErrorHandler, feature_namespaces
from xml.sax.xmlreader import InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from forename.exceptions import UnusableInputError
from forename.formats.source import Source
from forename.genetics.findings import Location

MAX_DEPTH = 32
MAX_ELEMENTS = 5_000_000


@dataclass(slots=True)
class Element:
    """An element: its local name, namespace, attributes, text without surrounding space, line."""

    name: str
    namespace: str
    attributes: Mapping[str, str]
    location: Location
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def named(self, name: str) -> list[Element]:
        """Return the children with a local name."""
        return [child for child in self.children if child.name == name]

    def error(self, problem: str, expected: str) -> UnusableInputError:
        """Return an error at this element."""
        return UnusableInputError(
            problem,
            file=self.location.file,
            line=self.location.line,
            column=self.location.column,
            field=self.name,
            expected=expected,
        )


def looks_like_xml(source: Source) -> bool:
    """Tell whether the first character of the file, in any encoding, is ``<``."""
    head = source.data[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<")


def read_tree(source: Source, most_elements: int = MAX_ELEMENTS) -> Element:
    """Return the root element of an XML file.

    Document types, entities and external references are refused, and so are more than 32
    levels or ``most_elements``. Raises `UnusableInputError` with line and column.
    """
    builder = _TreeBuilder(source.file, most_elements)
    try:
        # The parser class keeps no types, hence Any; defusedxml refuses declarations in it.
        parser: Any = create_parser(forbid_dtd=True)
        parser.setFeature(feature_namespaces, True)
        parser.setContentHandler(builder)
        parser.setErrorHandler(ErrorHandler())
        stream = InputSource()
        stream.setByteStream(io.BytesIO(source.data))
        parser.parse(stream)
    except SAXParseException as error:
        expected = "well-formed XML; the file may be incomplete"
        if "encoding" in error.getMessage():
            expected = "an encoding in the first line that is the file's own, such as UTF-8"
        raise UnusableInputError(
            f"the XML is not well formed ({error.getMessage()}).",
            file=source.file,
            line=error.getLineNumber(),
            column=(error.getColumnNumber() or 0) + 1,
            expected=expected,
        ) from error
    except DefusedXmlException as error:
        raise UnusableInputError(
            "the XML declares a document type, an entity or an external reference.",
            file=source.file,
            line=builder.line or 1,
            expected="plain XML without declarations of its own",
        ) from error
    except (LookupError, ValueError) as error:  # unknown or impossible encodings
        raise UnusableInputError(
            "the XML's encoding is not known or does not fit its bytes.",
            file=source.file,
            line=builder.line or 1,
            expected='encoding="UTF-8"',
        ) from error
    if builder.root is None:
        raise UnusableInputError(
            "the XML holds no element.", file=source.file, line=1, expected="an XML document"
        )
    return builder.root


class _TreeBuilder(ContentHandler):
    """Builds elements from the parser's events; only `read_tree` uses it."""

    def __init__(self, file: str, most_elements: int) -> None:
        super().__init__()
        self.file = file
        self.most_elements = most_elements
        self.root: Element | None = None
        self._open: list[Element] = []
        self._text: list[list[str]] = []
        self._locator: Any = None
        self._count = 0

    @property
    def line(self) -> int:
        """Return the line of the event that is being handled."""
        return int(self._locator.getLineNumber() or 0) if self._locator else 0

    # The names of the next four methods are those that xml.sax calls.
    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802
        self._locator = locator

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: ARG002, N802
        namespace, local = name
        column = int(self._locator.getColumnNumber() or 0) + 1
        place = Location(self.file, self.line, column)
        attributes = {key[1]: value for key, value in attrs.items()}
        element = Element(local, namespace or "", attributes, place)
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > self.most_elements:
            raise element.error(
                "the XML is nested too deeply or too large.",
                f"at most {MAX_DEPTH} levels and {self.most_elements:,} elements",
            )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._text.append([])

    def characters(self, content: str) -> None:
        if self._text:
            self._text[-1].append(content)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: ARG002, N802
        self._open.pop().text = "".join(self._text.pop()).strip()

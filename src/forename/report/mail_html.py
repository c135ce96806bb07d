"""The words of an HTML page without its marks, scripts and styles; in time that grows with it.

The parser of the standard library looks through the rest of a page again for every mark that is
not closed: a page of a megabyte keeps it busy for hours.
"""

from __future__ import annotations

import html
import re

_MARK = re.compile(r"""<!--|-->|</?[a-zA-Z]|<[!?]|>|=\s*["']|["']""")
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_LINES = frozenset("br p div tr li h1 h2 h3 blockquote".split())
_RAW = ("script", "style")  # up to their ends, marks are no marks


def words_of_html(page: str) -> str:
    """Return the words of a page; what is not closed is taken for words."""
    reader = _Reader(page)
    reader.read()
    return "".join(reader.words)


class _Reader:
    """Goes through a page once, and once more for each kind of mark that is never closed."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.words: list[str] = []
        self._silent = 0  # how many elements without words are open
        self._raw = ""  # the script or style that is open
        self._unclosed: set[str] = set()  # kinds of marks that the page does not close

    def read(self) -> None:
        """Collect the words."""
        start = 0
        while start < len(self.page):
            start = self._read_from(start)

    def _read_from(self, start: int) -> int:
        """Read on; return the end of the page, or where to read again without a kind of mark."""
        inside = opened = ""  # text, a comment, a tag, or the quote of an attribute in a tag
        for found in _MARK.finditer(self.page, start):
            mark = found.group()
            if not inside:
                inside = self._opened(mark, found.start())
                if inside:
                    self._say(self.page[start : found.start()])
                    start, opened = found.start(), inside
            elif inside == "comment" and mark == "-->":
                start, inside = found.end(), ""
            elif inside == "tag" and mark.endswith(">"):
                self._tag(self.page[start + 1 : found.start()])
                start, inside = found.end(), ""
            elif inside == "tag" and mark.startswith("=") and "quote" not in self._unclosed:
                inside = mark[-1]
            elif mark[-1] == inside:  # the quote that was open
                inside = "tag"
        if not inside:
            self._say(self.page[start:])
            return len(self.page)
        self._unclosed.add(inside if inside == opened else "quote")
        return start

    def _opened(self, mark: str, at: int) -> str:
        """Return what a mark in the text opens, '' for nothing."""
        if self._raw:
            end = f"</{self._raw}"
            return "tag" if self.page[at : at + len(end)].lower() == end else ""
        if mark == "<!--":
            return "" if "comment" in self._unclosed else "comment"
        return "tag" if mark.startswith("<") and "tag" not in self._unclosed else ""

    def _tag(self, tag: str) -> None:
        found = _NAME.match(tag)
        name = found.group().lower() if found else ""
        if name in ("script", "style", "head"):
            self._silent += 1
            self._raw = name if name in _RAW else ""
        elif name in ("/script", "/style", "/head"):
            self._silent, self._raw = max(0, self._silent - 1), ""
        elif name == "body":  # a head may end without saying so
            self._silent = 0
        elif name in _LINES:
            self.words.append("\n")

    def _say(self, text: str) -> None:
        if self._silent or not text:
            return
        try:
            self.words.append(html.unescape(text))
        except ValueError:  # a number of a sign with thousands of digits
            self.words.append(text)

"""The page needs nothing but itself, and what files say is text in it, never a part of it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from ParaspinalFatLib.report.document import (
    Bullets,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Section,
    TableBlock,
)
from ParaspinalFatLib.report.html import as_html, write_html

EVIL = '<script>alert("x")</script>'


class Page(HTMLParser):
    """Collects tags with their attributes, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def document(text: str) -> Document:
    """A document with the same text in every place that can hold text."""
    blocks = (
        Paragraph(text),
        Bullets((text,)),
        Facts(((text, text),)),
        TableBlock(text, (Heading(text, text, is_number=True),), ((text,),)),
        Picture(b"png", (10.0, 10.0), f'{text}" onerror="alert(1)', text),
    )
    return Document(text, text, text, (Section(text, blocks, new_page=True),))


def test_text_from_files_is_never_markup():
    page = Page(as_html(document(EVIL)))
    assert not page.all("script")
    assert page.all("img")[0].keys() == {"src", "alt"}
    assert page.text.count(EVIL) == 15


def test_the_page_asks_for_nothing_outside_itself():
    content = as_html(document("plain"))
    page = Page(content)
    places = [value for _, attributes in page.tags for name, value in attributes.items() if name in ("src", "href")]
    assert places == ["data:image/png;base64," + base64.b64encode(b"png").decode()]
    assert "url(" not in content
    assert "@import" not in content


def test_its_security_policy_allows_exactly_its_own_style():
    content = as_html(document("plain"))
    style = re.search("<style>(.*?)</style>", content, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(tag["content"] for tag in Page(content).all("meta") if tag.get("http-equiv"))
    assert policy == f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'"
    assert not any("style" in attributes for _, attributes in Page(content).tags)


def test_it_says_that_it_is_for_research_and_is_made_for_a4():
    content = as_html(document("plain"))
    assert "Research use only" in Page(content).text
    assert "size: A4" in content
    assert "table-header-group" in content


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Exception, match="Cannot write"):
        write_html(tmp_path / "absent" / "page.html", document("plain"))

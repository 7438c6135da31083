"""A document as one HTML page that needs nothing else: no script, no file beside it, nothing from a network."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.report.document import NOTICE, Document

STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 190mm; padding: 8mm 5mm; background: #fff; color: #1a1a1a;
  font: 10pt/1.4 "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
header { border-bottom: 1.5pt solid #1f4e6b; margin-bottom: 4mm; padding-bottom: 2mm; }
h1 { font-size: 16pt; margin: 0; color: #1f4e6b; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; color: #1f4e6b; border-bottom: .5pt solid #b8c7d1; break-after: avoid; }
.about { font-weight: 600; margin: 1mm 0 0; overflow-wrap: anywhere; }
.notice { color: #8a3b00; font-weight: 600; margin: 1mm 0 0; }
p { margin: 0 0 2mm; overflow-wrap: anywhere; }
.note { color: #555; font-size: 8.5pt; }
ul { margin: 0 0 2mm; padding-left: 5mm; }
li { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 42mm 1fr; gap: .6mm 4mm; margin: 0 0 2mm; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 0 0 4mm; font-size: 8.5pt; }
caption { text-align: left; font-weight: 600; padding: 1mm 0; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th { text-align: left; vertical-align: bottom; border-bottom: 1pt solid #1f4e6b; padding: .6mm 1.5mm; }
th small { display: block; font-weight: 400; color: #555; }
td { border-bottom: .4pt solid #d5dde2; padding: .5mm 1.5mm; vertical-align: top; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.together, figure { break-inside: avoid; }
figure { margin: 0 0 3mm; }
img { display: block; max-width: 100%; height: auto; }
figcaption { color: #555; font-size: 8.5pt; }
footer { border-top: .5pt solid #b8c7d1; margin-top: 6mm; padding-top: 2mm; color: #555; font-size: 8.5pt; }
@media screen and (max-width: 600px) { dl { grid-template-columns: 1fr; } dt { margin-top: 1mm; } }
@page { size: A4; margin: 14mm 12mm; }
@media print { body { padding: 0; max-width: none; } .page { break-before: page; } }
"""

TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-{{ digest }}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{{ document.title }} – {{ document.about }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<header>
<h1>{{ document.title }}</h1>
<p class="about">{{ document.about }}</p>
<p class="notice">{{ notice }}</p>
</header>
<main>
{% for section in document.sections %}
<section{% if section.new_page %} class="page"{% endif %}>
<h2>{{ section.title }}</h2>
{% for block in section.blocks %}{% set kind = block.__class__.__name__ %}
{% if kind == "Paragraph" %}<p{% if block.is_note %} class="note"{% endif %}>{{ block.text }}</p>
{% elif kind == "Bullets" %}<ul>{% for item in block["items"] %}<li>{{ item }}</li>{% endfor %}</ul>
{% elif kind == "Facts" %}<dl>{% for name, value in block.lines %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
{% elif kind == "Picture" %}<figure><img src="data:image/png;base64,{{ base64(block.png) }}" alt="{{ block.says }}">
{% if block.caption %}<figcaption>{{ block.caption }}</figcaption>{% endif %}</figure>
{% elif kind == "TableBlock" %}<table{% if block.together %} class="together"{% endif %}>
{% if block.title %}<caption>{{ block.title }}</caption>{% endif %}
<thead><tr>{% for heading in block.headings %}<th scope="col"{% if heading.is_number %} class="number"{% endif %}>
{{- heading.title }}{% if heading.unit %}<small>{{ heading.unit }}</small>{% endif %}</th>{% endfor %}</tr></thead>
<tbody>{% for row in block.rows %}<tr>{% for cell in row %}<td
{%- if block.headings[loop.index0].is_number %} class="number"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table>
{% endif %}{% endfor %}
</section>
{% endfor %}
</main>
<footer>{{ notice }} {{ document.created }}</footer>
</body>
</html>
"""


def write_html(path: Path | str, document: Document) -> None:
    """Write a document as one HTML file.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: Jinja2 is not installed.
    """
    with written_whole(path) as beside:
        beside.write_text(as_html(document), encoding="utf-8")


def as_html(document: Document) -> str:
    """The page as text; all text of the document is escaped.

    Raises:
        MissingPackageError: Jinja2 is not installed.
    """
    try:
        import jinja2
    except ImportError as error:
        raise MissingPackageError(
            "The HTML report needs Jinja2, which is not installed. Run: python -m pip install Jinja2"
        ) from error
    page = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined).from_string(TEMPLATE)
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return page.render(document=document, notice=NOTICE, style=STYLE, digest=digest, base64=_base64)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()

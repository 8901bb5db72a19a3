"""The frame of the page: its style sheet and the few pieces of HTML that every section uses."""

import base64
import html
import re

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #222; --grey: #666; --line: #d9d9d9; --accent: #0072B2; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1160px; padding: 2.2rem 1.25rem 5rem; color: var(--ink); background: var(--paper);
  font: 16px/1.55 "Source Sans 3", "Segoe UI", "Helvetica Neue", Helvetica, Arial, sans-serif; }
h1, h2, h3 { overflow-wrap: anywhere; }
h1 { font-weight: 300; font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-weight: 300; font-size: 1.55rem; margin: 3.2rem 0 .8rem; padding-top: .9rem;
  border-top: 1px solid var(--ink); }
h3, h2.short { font-weight: 600; font-size: 1.02rem; margin: 2.2rem 0 .5rem; padding: 0; border: 0; }
p { max-width: 44rem; margin: .5rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
.grey, figcaption { color: var(--grey); }
.summary { font-size: 1.22rem; line-height: 1.5; margin: 1.1rem 0 .7rem; }
.warning { border-left: 3px solid #D55E00; padding: .1rem 0 .1rem .9rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1.2rem 2.2rem; }
figure { margin: 1rem 0; min-width: 0; }
figure img, figure svg { display: block; width: 100%; height: auto; max-width: 28.5rem; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--accent); max-width: 44rem; }
figcaption { font-size: .86rem; line-height: 1.45; max-width: 44rem; margin: .25rem 0 .4rem; }
img.formula { display: inline-block; vertical-align: -.45em; max-width: 100%; }
figcaption b { color: var(--ink); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
th, td { padding: .34rem .55rem; text-align: right; vertical-align: top; font-weight: 400; white-space: nowrap; }
thead th { vertical-align: bottom; border-bottom: 1px solid var(--ink); color: var(--grey); font-size: .8rem;
  white-space: normal; min-width: 4.2rem; max-width: 9rem; }
tbody tr { border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
.words { text-align: left; }
td.long { white-space: normal; min-width: 13rem; max-width: 26rem; overflow-wrap: anywhere; }
tbody th { background: var(--paper); }
sup { line-height: 0; font-size: .75em; }
code, pre { font: .84rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { overflow-x: auto; padding: .6rem .8rem; border: 1px solid var(--line); margin: .5rem 0; }
nav a { margin-right: 1.1rem; white-space: nowrap; }
@media (max-width: 640px) {
  body { padding: 1.2rem 1rem 3rem; }
  nav a { white-space: normal; overflow-wrap: anywhere; }
  tbody th[scope=row] { position: sticky; left: 0; box-shadow: 6px 0 6px -6px #bbb;
    max-width: 9.5rem; white-space: normal; }
  .scroll { margin-right: -1rem; }
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #17191b; --ink: #e4e4e4; --grey: #a8a8a8; --line: #3b3e41; --accent: #74bdec; }
  figure img { background: #fff; }
  figure svg { filter: invert(1) hue-rotate(180deg); }
  img.formula { filter: invert(1); }
}
@media print {
  :root { --paper: #fff; --ink: #222; --grey: #666; --line: #d9d9d9; }
  img.formula, figure svg { filter: none; }
  details { display: none; }
  @page { size: A4; margin: 14mm 12mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .summary { font-size: 11pt; }
  h2 { break-before: page; margin-top: 0; } h2.first, h2.short { break-before: auto; margin-top: 1.5rem; }
  h2, h3, .table figcaption { break-after: avoid; }
  tr, figure:not(.table), .pair > * { break-inside: avoid; }
  figure img, figure svg { max-height: 220mm; object-fit: contain; }
  .pair { display: block; orphans: 1; widows: 1; }
  .pair > * { display: inline-block; width: 48%; margin-right: 1.5%; vertical-align: top; }
  table { font-size: 7.4pt; } thead th { font-size: 7pt; min-width: 0; } th, td { padding: .16rem .34rem; }
  td.long { min-width: 0; max-width: 62mm; } tbody th[scope=row] { white-space: normal; }
  .scroll { overflow: visible; } a { color: inherit; text-decoration: none; } nav { display: none; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
}
"""


def document(title: str, body: str, refresh: float | None = None) -> str:
    """A whole page that needs nothing but itself; a browser reads it again after `refresh` seconds."""
    again = f'<meta http-equiv="refresh" content="{refresh:g}">\n' if refresh else ""
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{again}<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def paragraph(text: str, kind: str = "") -> str:
    """One paragraph of plain text."""
    marks = f' class="{kind}"' if kind else ""
    return f"<p{marks}>{typeset(text)}</p>\n"


def typeset(text: str) -> str:
    """Escape for HTML; 10^6 becomes a raised exponent, and no line breaks between a number and its per cent sign."""
    return re.sub(r"\^(−?\d+)", r"<sup>\1</sup>", html.escape(text)).replace(" %", "\u00a0%")


def heading(level: int, text: str, anchor: str = "", kind: str = "") -> str:
    """A heading, with an anchor to link to."""
    marks = (f' id="{anchor}"' if anchor else "") + (f' class="{kind}"' if kind else "")
    return f"<h{level}{marks}>{html.escape(text)}</h{level}>\n"


def link(address: str, text: str) -> str:
    """A link to a place on the page, or to another page of the report."""
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'


def picture(content: bytes | str, title: str, caption: str, alt: str) -> str:
    """A figure inside the page: a PNG, or the text of an SVG. `alt` says what is drawn to those who cannot see it."""
    words = html.escape(alt)
    if isinstance(content, str):
        drawn = content.strip().replace("<svg ", f'<svg role="img" aria-label="{words}" ', 1)
    else:
        drawn = f'<img alt="{words}" src="data:image/png;base64,{base64.b64encode(content).decode()}">'
    return f"<figure>{drawn}<figcaption><b>{html.escape(title)}.</b> {typeset(caption)}</figcaption></figure>\n"


def folded(title: str, content: str) -> str:
    """What is seen after a click on its title; on paper it is left out."""
    return f"<details><summary>{typeset(title)}</summary>\n{content}</details>\n"


def side_by_side(*pieces: str) -> str:
    """Two columns on a wide screen and on paper, one on a phone."""
    return '<div class="pair">\n' + "\n".join(f"<div>{piece}</div>" for piece in pieces if piece) + "\n</div>\n"


def preformatted(text: str) -> str:
    """Commands, as typed."""
    return f"<pre>{html.escape(text)}</pre>\n"

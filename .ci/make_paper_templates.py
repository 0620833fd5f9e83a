"""Write the Word templates of the acceptance report and the notice: `python .ci/make_paper_templates.py`.

They are made by a program so that Chinese and English stay the same document; what comes of it is the same every time.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from smartrules.reports.papers.labels import LABELS

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "src" / "smartrules" / "reports" / "templates"

TEXT, HEADING, TITLE = ("Times New Roman", "仿宋"), ("Arial", "黑体"), ("Times New Roman", "宋体")
#: What stands in for the fonts of Windows where they are not installed.
INSTEAD = {
    "仿宋": "FangSong;STFangsong;FangSong_GB2312;Noto Serif CJK SC",
    "黑体": "SimHei;Heiti SC;Noto Sans CJK SC",
    "宋体": "SimSun;Songti SC;Noto Serif CJK SC",
}
WIDE = 170  # of the text, in millimetres
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


class Paper:
    """One template while it is written."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.labels = LABELS[language]
        self.document = Document()
        self.small = 9.5 if language == "zh" else 9
        self.colon = "：" if language == "zh" else ": "
        self._page()
        self._styles()
        self._fonts()

    # --- the document ------------------------------------------------------------------------------------------------

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm((210 - WIDE) / 2)
        section.top_margin, section.bottom_margin = Mm(25), Mm(25)
        section.header_distance, section.footer_distance = Mm(12), Mm(10)

    def _font(self, style: str, fonts: tuple[str, str], size: float, *, bold: bool = False) -> Any:
        found = self.document.styles[style]
        properties = found.element.get_or_add_rPr()
        for old in properties.findall(qn("w:rFonts")):
            properties.remove(old)
        latin, chinese = fonts
        properties.insert(0, element("w:rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=chinese))
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        spoken = (
            {"val": "en-US", "eastAsia": "zh-CN"} if self.language == "zh" else {"val": "en-GB", "eastAsia": "zh-CN"}
        )
        found.font.size, found.font.bold, found.font.italic = Pt(size), bold, False
        found.font.color.rgb = RGBColor(0, 0, 0)
        properties.append(element("w:lang", **spoken))
        return found

    def _styles(self) -> None:
        normal = self._font("Normal", TEXT, 12)
        normal.paragraph_format.space_after = Pt(4)
        normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
        normal.paragraph_format.line_spacing = 1.25
        title = self._font("Title", TITLE, 18, bold=True)
        title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.space_after = Pt(14)
        for border in title.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
        for spacing in title.element.findall(f".//{qn('w:spacing')}"):
            if spacing.getparent().tag == qn("w:rPr"):
                spacing.getparent().remove(spacing)
        heading = self._font("Heading 1", HEADING, 13, bold=True)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(4)
        heading.paragraph_format.keep_with_next = True
        self._font("List Bullet", TEXT, 12)
        for name in ("Header", "Footer"):
            self._font(name, TEXT, 8)

    def _fonts(self) -> None:
        fonts = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
            "</w:font>"
            for name, others in INSTEAD.items()
        )
        table = next(part for part in self.document.part.package.parts if part.partname.endswith("/fontTable.xml"))
        table._blob = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{NAMESPACE}">{fonts}</w:fonts>'
        ).encode()

    # --- paragraphs --------------------------------------------------------------------------------------------------

    def title(self) -> None:
        self.document.add_paragraph("{{ title }}", style="Title")

    def heading(self, label: str) -> None:
        self.document.add_paragraph(self.labels[label], style="Heading 1")

    def text(self, text: str) -> None:
        self.document.add_paragraph(text)

    def labelled(self, label: str, text: str) -> Any:
        paragraph = self.document.add_paragraph()
        paragraph.add_run(f"{self.labels[label]}{self.colon}").bold = True
        paragraph.add_run(text)
        return paragraph

    def rule(self) -> None:
        self.when("rule")
        self.labelled("rule", "{{ rule }}")
        self.end()

    def conclusion(self) -> None:
        paragraph = self.labelled("conclusion", "{{ conclusion }}")
        for run in paragraph.runs:
            run.bold = True
        borders = element("w:pBdr")
        for side in ("top", "left", "bottom", "right"):
            borders.append(element(f"w:{side}", val="single", sz="8", space="4", color="000000"))
        paragraph._p.get_or_add_pPr().append(borders)
        paragraph.paragraph_format.keep_together = True

    def when(self, condition: str) -> None:
        self.document.add_paragraph(f"{{%p if {condition} %}}")

    def end(self) -> None:
        self.document.add_paragraph("{%p endif %}")

    def bullets(self, items: str) -> None:
        self.document.add_paragraph(f"{{%p for line in {items} %}}")
        self.document.add_paragraph("{{ line }}", style="List Bullet")
        self.document.add_paragraph("{%p endfor %}")

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table(self, rows: int, widths: list[float], *, lines: bool = True) -> Any:
        table = self.document.add_table(rows=rows, cols=len(widths))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        if lines:
            table.style = "Table Grid"
        for row in table.rows:
            row._tr.get_or_add_trPr().append(element("w:cantSplit"))
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def _cell(self, cell: Any, text: str, *, bold: bool = False, centred: bool = False, size: float = 0) -> None:
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size or self.small)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = 1.1
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell._tc.get_or_add_tcPr().append(element("w:vAlign", val="center"))

    def _heads(self, row: Any, labels: list[str]) -> None:
        row._tr.get_or_add_trPr().append(element("w:tblHeader"))
        for cell, label in zip(row.cells, labels, strict=True):
            self._cell(cell, self.labels[label], bold=True, centred=True)
            cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill="EDEDED"))

    def listed(self, items: str, columns: list[tuple[str, str, float]]) -> None:
        """Write a table with a row for each item: label, name and width of each column."""
        table = self._table(4, [width for _, _, width in columns])
        self._heads(table.rows[0], [label for label, _, _ in columns])
        self._cell(table.rows[1].cells[0], f"{{%tr for one in {items} %}}")
        for cell, (label, name, _) in zip(table.rows[2].cells, columns, strict=True):
            self._cell(cell, f"{{{{ one.{name} }}}}", centred=label in ("number", "unit", "value", "observed"))
        self._cell(table.rows[3].cells[0], "{%tr endfor %}")
        self._after_table()

    def indicators(self) -> None:
        """Write the table of the standard: each row names its group, the heading stands on every page."""
        before, after = ("（", "）") if self.language == "zh" else (" (", ")")
        points = f"{{% if row.points %}}{before}{self.labels['points']} {{{{ row.points }}}}{after}{{% endif %}}"
        # English words are longer than Chinese ones, and are not broken.
        chinese = self.language == "zh"
        group, number, title, outcome = (19.0, 14.0, 25.0, 21.0) if chinese else (26.0, 12.0, 28.0, 25.0)
        required = 45.0 if chinese else 38.0
        found = WIDE - group - number - title - outcome - required
        grouped = [("group", "{{ group.title }}", group, True)]
        columns = [
            ("number", "{{ row.number }}", number, True),
            ("indicator", "{{ row.title }}", title, False),
            ("requirement", "{{ row.requirement }}", required, False),
            ("completion", "{{ row.completion }}", found, False),
            ("outcome", "{{ row.outcome }}" + points, outcome, True),
        ]
        self.when("has_groups")
        self._indicators([*grouped, *columns])
        self.document.add_paragraph("{%p else %}")
        wider = {"requirement": 10.0, "completion": group - 10.0}
        self._indicators([(head, text, width + wider.get(head, 0), mid) for head, text, width, mid in columns])
        self.end()

    def _indicators(self, columns: list[tuple[str, str, float, bool]]) -> None:
        table = self._table(6, [width for _, _, width, _ in columns])
        self._heads(table.rows[0], [head for head, _, _, _ in columns])
        self._cell(table.rows[1].cells[0], "{%tr for group in groups %}")
        self._cell(table.rows[2].cells[0], "{%tr for row in group.rows %}")
        for cell, (_, text, _, centred) in zip(table.rows[3].cells, columns, strict=True):
            self._cell(cell, text, centred=centred)
        self._cell(table.rows[4].cells[0], "{%tr endfor %}")
        self._cell(table.rows[5].cells[0], "{%tr endfor %}")
        self._after_table()

    def facts(self, rows: list[tuple[str, str]]) -> None:
        """Write labels with their texts side by side."""
        table = self._table(len(rows), [32, WIDE - 32], lines=False)
        for row, (label, text) in zip(table.rows, rows, strict=True):
            self._cell(row.cells[0], self.labels[label], bold=True, size=12)
            self._cell(row.cells[1], text, size=12)
        self._after_table()

    def signatures(self, rows: list[tuple[str, str]]) -> None:
        """Write lines to sign on, all on one page."""
        table = self._table(len(rows), [72, 80], lines=False)
        for row, (label, text) in zip(table.rows, rows, strict=True):
            row.height = Mm(13)
            self._cell(row.cells[0], self.labels[label], size=12)
            self._cell(row.cells[1], text, size=12)
            borders = element("w:tcBorders")
            borders.append(element("w:bottom", val="single", sz="6", space="0", color="000000"))
            properties = row.cells[1]._tc.get_or_add_tcPr()
            properties.insert(1, borders)
            for cell in row.cells:
                cell._tc.tcPr.find(qn("w:vAlign")).set(qn("w:val"), "bottom")
                cell.paragraphs[0].paragraph_format.keep_with_next = label != rows[-1][0]
        self._after_table()

    def _after_table(self) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(6)

    # --- header and footer -------------------------------------------------------------------------------------------

    def margins(self) -> None:
        section = self.document.sections[0]
        header = section.header.paragraphs[0]
        header.text = "{{ community }}  {{ tier }}"
        header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run(
            f"{self.labels['edition']}{self.colon}{{{{ edition }}}}    {self.labels['at']}{self.colon}{{{{ at }}}}"
        )
        second = section.footer.add_paragraph(
            f"{self.labels['fingerprint']}{self.colon}{{{{ fingerprint }}}}", "Footer"
        )
        second.alignment = WD_ALIGN_PARAGRAPH.CENTER
        third = section.footer.add_paragraph(style="Footer")
        third.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, between, after = self.labels["page"].replace("{pages}", "{page}").split("{page}")
        third.add_run(before)
        self._field(third, "PAGE")
        third.add_run(between)
        self._field(third, "NUMPAGES")
        third.add_run(after)
        for paragraph in (footer, second, third):
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.line_spacing = 1.0

    def _field(self, paragraph: Any, name: str) -> None:
        for part in ("begin", name, "separate", "1", "end"):
            run = paragraph.add_run()
            if part in ("begin", "separate", "end"):
                run._r.append(element("w:fldChar", fldCharType=part))
            elif part == "1":
                run.text = part
            else:
                code = element("w:instrText")
                code.text = f" {part} "
                run._r.append(code)

    def bytes(self) -> bytes:
        properties = self.document.core_properties
        properties.title, properties.subject = "{{ title }}", "{{ cited }}"
        properties.author = properties.comments = properties.keywords = properties.last_modified_by = ""
        properties.language = "{{ html_language }}"
        properties.created = properties.modified = datetime(2022, 1, 1)
        properties.revision = 1
        written, same = io.BytesIO(), io.BytesIO()
        self.document.save(written)
        with zipfile.ZipFile(written) as old, zipfile.ZipFile(same, "w", zipfile.ZIP_DEFLATED) as new:
            for one in old.infolist():
                if one.filename == "docProps/thumbnail.jpeg":
                    continue
                content = old.read(one)
                if one.filename == "_rels/.rels":
                    content = _without_thumbnail(content)
                entry = zipfile.ZipInfo(one.filename, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(entry, content)
        return same.getvalue()


def _without_thumbnail(relations: bytes) -> bytes:
    from lxml import etree

    tree = etree.fromstring(relations)
    for one in list(tree):
        if one.get("Target", "").endswith("thumbnail.jpeg"):
            tree.remove(one)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _findings(paper: Paper) -> None:
    paper.when("groups")
    paper.heading("table")
    paper.indicators()
    paper.end()
    paper.when("scores")
    paper.heading("scores")
    paper.bullets("scores")
    paper.end()
    paper.when("undetermined")
    paper.heading("undetermined")
    paper.listed("undetermined", [("number", "number", 16), ("indicator", "title", 44), ("reason", "reason", 110)])
    paper.end()


def acceptance(language: str) -> bytes:
    paper = Paper(language)
    paper.title()
    paper.facts(
        [("subject", "{{ community }}"), ("standard", "{{ cited }}"), ("tier", "{{ tier }}"), ("date", "{{ date }}")]
    )
    paper.heading("opinion")
    for label in ("file", "checked", "mended"):
        paper.labelled(label, f"{{{{ {label} }}}}")
    paper.rule()
    paper.conclusion()
    paper.when("claims")
    paper.heading("claims")
    paper.bullets("claims")
    paper.end()
    paper.heading("signatures")
    paper.signatures([("leader", ""), ("members", ""), ("seal", ""), ("signed_on", "")])
    _findings(paper)
    paper.when("supply")
    paper.heading("supply")
    columns = [
        ("fact", "fact", 62),
        ("unit", "unit", 18),
        ("definition", "definition", 50),
        ("used_by", "indicators", 40),
    ]
    paper.listed("supply", columns)
    paper.end()
    paper.heading("remediation")
    paper.text("{{ remediation }}")
    paper.when("steps")
    paper.listed("steps", [("number", "number", 16), ("change", "change", 104), ("used_by", "indicators", 50)])
    paper.end()
    paper.when("alternatives")
    paper.bullets("alternatives")
    paper.end()
    paper.when("hindrances")
    paper.bullets("hindrances")
    paper.end()
    paper.when("stated")
    paper.heading("stated")
    columns = [("measure", "measure", 50), ("value", "value", 22), ("used_by", "indicators", 40), ("note", "note", 58)]
    paper.listed("stated", columns)
    paper.end()
    paper.heading("evidence")
    paper.text("{{ evidenced }}")
    paper.when("evidence")
    columns = [
        ("fact", "fact", 46), ("value", "value", 30), ("documents", "documents", 38), ("observed", "observed", 24),
        ("note", "note", 32),
    ]  # fmt: skip
    paper.listed("evidence", columns)
    paper.end()
    paper.margins()
    return paper.bytes()


def notice(language: str) -> bytes:
    paper = Paper(language)
    paper.title()
    paper.text("{{ basis }}")
    for label in ("result", "period", "objection"):
        paper.labelled(label, f"{{{{ {label} }}}}")
    paper.rule()
    paper.conclusion()
    _findings(paper)
    paper.signatures([("publisher", ""), ("published_on", "{{ date }}")])
    paper.margins()
    return paper.bytes()


def made() -> dict[str, bytes]:
    """Return each template by the name of its file."""
    return {
        f"{kind}.{language}.docx": make(language)
        for kind, make in (("acceptance", acceptance), ("notice", notice))
        for language in ("zh", "en")
    }


if __name__ == "__main__":
    for name, content in made().items():
        (FOLDER / name).write_bytes(content)

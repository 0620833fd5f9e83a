"""Word documents: their text is that of the texts they are made of; their templates are a program's, or a bureau's."""

from __future__ import annotations

import importlib.util
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from smartrules.diagnostics import SmartrulesError
from smartrules.reports.papers.labels import LABELS
from smartrules.reports.papers.texts import PaperTexts
from smartrules.reports.sandbox import FOLDER
from smartrules.reports.word import MOST_FILES
from tests.papers.made import acceptance_of, notice_of
from tests.rulesets import ROOT

PAPERS = {"acceptance": acceptance_of, "notice": notice_of}


def opened(content: bytes) -> Any:
    return Document(BytesIO(content))


def blocks(document: Any) -> Iterator[str | list[list[str]]]:
    """Yield paragraphs as texts, tables as rows of texts; empty paragraphs are left out."""
    for one in document.iter_inner_content():
        if hasattr(one, "rows"):
            yield [[cell.text for cell in row.cells] for row in one.rows]
        elif one.text.strip():
            yield one.text


def rows_of(context: PaperTexts) -> list[list[str]]:
    """Return the rows of the table as Word has them: each with its group, which a table that goes over a page would else lose."""
    before, after = ("（", "）") if context.language == "zh" else (" (", ")")
    label = context.labels["points"]
    return [
        [
            *([group.title] if context.has_groups else []),
            row.number,
            row.title,
            row.requirement,
            row.completion,
            row.outcome + (f"{before}{label} {row.points}{after}" if row.points else ""),
        ]
        for group in context.groups
        for row in group.rows
    ]


def heads(language: str, *names: str) -> list[str]:
    return [LABELS[language][name] for name in names]  # type: ignore[index]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_acceptance_report_in_word_says_what_its_texts_say(language: Any) -> None:
    paper = acceptance_of("shandong-smart-community")
    context = paper.context(language)
    labels, colon = LABELS[language], "：" if language == "zh" else ": "
    subject = [
        ["subject", context.community],
        ["standard", context.cited],
        ["tier", context.tier],
        ["date", context.date],
    ]
    columns = heads(language, "group", "number", "indicator", "requirement", "completion", "outcome")
    assert list(blocks(opened(paper.to_docx(language)))) == [
        context.title,
        [[labels[name], text] for name, text in subject],
        labels["opinion"],
        labels["file"] + colon + context.file,
        labels["checked"] + colon + context.checked,
        labels["mended"] + colon + context.mended,
        labels["conclusion"] + colon + context.conclusion,
        labels["claims"],
        *context.claims,
        labels["signatures"],
        [[labels[name], ""] for name in ("leader", "members", "seal", "signed_on")],
        labels["table"],
        [columns, *rows_of(context)],
        labels["undetermined"],
        [
            heads(language, "number", "indicator", "reason"),
            *([o.number, o.title, o.reason] for o in context.undetermined),
        ],
        labels["supply"],
        [
            heads(language, "fact", "unit", "definition", "used_by"),
            *([one.fact, one.unit, one.definition, one.indicators] for one in context.supply),
        ],
        labels["remediation"],
        context.remediation,
        labels["stated"],
        [
            heads(language, "measure", "value", "used_by", "note"),
            *([one.measure, one.value, one.indicators, one.note] for one in context.stated),
        ],
        labels["evidence"],
        context.evidenced,
        [
            heads(language, "fact", "value", "documents", "observed", "note"),
            *([one.fact, one.value, one.documents, one.observed, one.note] for one in context.evidence),
        ],
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_notice_in_word_says_what_its_texts_say(language: Any) -> None:
    paper = notice_of("shandong-smart-community")
    context = paper.context(language)
    labels, colon = LABELS[language], "：" if language == "zh" else ": "
    columns = heads(language, "group", "number", "indicator", "requirement", "completion", "outcome")
    assert list(blocks(opened(paper.to_docx(language)))) == [
        context.title,
        context.basis,
        labels["result"] + colon + context.result,
        labels["period"] + colon + context.period,
        labels["objection"] + colon + context.objection,
        labels["conclusion"] + colon + context.conclusion,
        labels["table"],
        [columns, *rows_of(context)],
        labels["undetermined"],
        [
            heads(language, "number", "indicator", "reason"),
            *([o.number, o.title, o.reason] for o in context.undetermined),
        ],
        [[labels["publisher"], ""], [labels["published_on"], context.date]],
    ]


@pytest.mark.parametrize("standard", ["complete-community", "u4ssc-kpi", "gigabit-city"])
def test_the_table_of_every_kind_of_standard_is_the_same_in_word(standard: str) -> None:
    paper = acceptance_of(standard)
    context = paper.context("zh")
    tables = [block for block in blocks(opened(paper.to_docx("zh"))) if isinstance(block, list)]
    assert rows_of(context) in [table[1:] for table in tables]


def test_a_group_is_named_in_each_row_of_its_own_so_that_no_page_is_without_it() -> None:
    for paper in (acceptance_of("shandong-smart-community"), notice_of("shandong-smart-community")):
        document = opened(paper.to_docx("zh"))
        assert not document.element.findall(f".//{qn('w:vMerge')}")


def test_margins_say_edition_fingerprint_and_page() -> None:
    context = acceptance_of("shandong-smart-community").context("zh")
    section = opened(acceptance_of("shandong-smart-community").to_docx("zh")).sections[0]
    assert [one.text for one in section.header.paragraphs] == ["七里社区  基础型"]
    assert [one.text for one in section.footer.paragraphs] == [
        "标准版本：shandong-smart-community@2022    评定时间：2023-11-25 09:30:00 +08:00",
        f"规则指纹：{context.fingerprint}",
        "第1页，共1页",
    ]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_heads_are_repeated_and_rows_are_not_split() -> None:
    document = opened(acceptance_of("shandong-smart-community").to_docx("zh"))
    table = next(one for one in document.tables if len(one.rows) == 23)
    properties = [row._tr.trPr for row in table.rows]
    assert [one.find(qn("w:tblHeader")) is not None for one in properties] == [True] + [False] * 22
    assert all(one.find(qn("w:cantSplit")) is not None for one in properties)


def test_a_document_is_the_same_every_time_and_has_its_title() -> None:
    paper = acceptance_of("shandong-smart-community")
    assert paper.to_docx("zh") == paper.to_docx("zh")
    properties = opened(paper.to_docx("zh")).core_properties
    assert (properties.title, properties.author, properties.language) == (paper.context("zh").title, "", "zh-CN")


def test_the_templates_are_what_the_program_makes() -> None:
    path = ROOT / ".ci" / "make_paper_templates.py"
    spec = importlib.util.spec_from_file_location("make_paper_templates", path)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    for name, content in program.made().items():
        assert _files(content) == _files((FOLDER / name).read_bytes()), f"{name}: python .ci/make_paper_templates.py"


def _files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(package)) as content:
        return {name: content.read(name) for name in content.namelist()}


# --- templates of a bureau -----------------------------------------------------------------------------------------


def written(folder: Path, *paragraphs: str) -> Path:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    path = folder / "own.docx"
    document.save(str(path))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SmartrulesError) as caught:
        acceptance_of("shandong-smart-community").to_docx("zh", template=path)
    assert len(caught.value.diagnostics) == 1
    return str(caught.value).replace(str(path), path.name)


def test_a_template_of_a_bureau_is_filled_in(tmp_path: Path) -> None:
    own = written(
        tmp_path, "{{ community }}：{{ conclusion_id }}", "{%p for g in groups %}", "{{ g.title }}", "{%p endfor %}"
    )
    found = opened(acceptance_of("shandong-smart-community").to_docx("zh", template=own))
    assert [one.text for one in found.paragraphs] == [
        "七里社区：open", "基础设施", "社区服务", "社区安全", "社区治理", "保障措施", "创新应用和做法",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", PAPERS)
def test_the_template_of_the_library_serves_as_one_of_a_bureau(kind: str) -> None:
    paper = PAPERS[kind]("shandong-smart-community")
    assert paper.to_docx("zh", template=FOLDER / f"{kind}.zh.docx") == paper.to_docx("zh")


MAY = "help: a template only shows the texts that it gets: `docs/reports.md` says what it may use"


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (
            ["{{ titel }}"],
            "error[SR956]: the template asks for `titel`, which this document does not have, in `{{ titel }}`\n"
            "  --> own.docx, word/document.xml\nhelp: did you mean `title`?",
        ),
        (
            ["first", "{%p for g in groups %}", "{{ g.title }}"],
            "error[SR955]: the template cannot be read: unexpected end of template. Jinja was looking for the following "
            "tags: 'endfor' or 'else'. The innermost block that needs to be closed is 'for', in `{{ g.title }}`\n"
            "  --> own.docx, word/document.xml\nhelp: correct it; `docs/reports.md` has an example",
        ),
        (
            ["{{ title.__class__ }}"],
            "error[SR957]: access to attribute '__class__' of 'str' object is unsafe, in `{{ title.__class__ }}`\n"
            f"  --> own.docx, word/document.xml\n{MAY}",
        ),
        (
            ["{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}"],
            "error[SR958]: the template takes more than 1,000,000 steps, in "
            "`{% for i in range(9999) %}{% for j in range(9999) %}{% endf…`\n"
            "  --> own.docx, word/document.xml\nhelp: look for a loop or a macro that does not end",
        ),
    ],
)
def test_a_faulty_template_gets_one_message_with_its_part(paragraphs: list[str], expected: str, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, *paragraphs)) == expected


def test_a_fault_in_a_footer_is_said_to_be_there(tmp_path: Path) -> None:
    document = Document()
    document.sections[0].footer.paragraphs[0].text = "{{ pages }}"
    path = tmp_path / "own.docx"
    document.save(str(path))
    assert "--> own.docx, word/footer1.xml" in refusal(path)


def _package(entries: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return written.getvalue()


NOT_WORD = (
    "error[SR954]: the template is no Word document\n  --> own.docx\n"
    "help: save it as .docx; HTML and Markdown have `--format`"
)
TOO_LARGE = (
    "error[SR954]: the template is larger, once it is unpacked, than any real one\n  --> own.docx\nhelp: give another"
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", NOT_WORD),
        (b"# {{ title }}", NOT_WORD),
        (b"PK\x03\x04 and nothing else", NOT_WORD),
        (_package({"a.txt": b"x"}), NOT_WORD),
        (_package({"word/document.xml": b"0" * 30_000_000}), TOO_LARGE),
        (_package({"word/document.xml": b"<a/>", "word/media/a.png": bytes(30_000_000)}), TOO_LARGE),
        (
            _package({"word/document.xml": b"<a/>", **{f"word/{n}.bin": b"" for n in range(MOST_FILES)}}),
            f"error[SR954]: the template holds more than {MOST_FILES} files\n  --> own.docx\nhelp: save it anew from Word",
        ),
        (
            _package({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "error[SR954]: `word/document.xml` declares entities, which Word documents never need\n  --> own.docx\n"
            "help: save it anew from Word",
        ),
    ],
)
def test_what_is_no_word_document_or_fills_a_machine_is_refused(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(content)
    assert refusal(path) == expected


def test_a_package_that_only_looks_like_word_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(_package({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<Types/>"}))
    assert refusal(path) == NOT_WORD


def test_a_template_whose_tags_tear_it_apart_is_refused(tmp_path: Path) -> None:
    document = Document()
    footer = document.sections[0].footer
    footer.paragraphs[0].text = "{% if not community %}"
    footer.add_table(1, 1, Mm(50)).rows[0].cells[0].text = "{% endif %}"
    path = tmp_path / "own.docx"
    document.save(str(path))
    assert refusal(path) == (
        "error[SR959]: no Word document comes of this template\n  --> own.docx, word/footer1.xml\n"
        "help: a tag over several paragraphs, rows or cells says so: `{%p`, `{%tr`, `{%tc`"
    )

"""The schemas in the language server that editors run: what it marks, offers and explains.

`make editor-test` installs it, from the versions that `package-lock.json` pins, and runs this; without it all of this is
skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartrules.cli import run
from smartrules.documents.schemas import Document, general_schema
from tests.editing import SHIPPED
from tests.editor.session import Session
from tests.rulesets import ROOT

SERVER = Path(sys.prefix, "editor", "node_modules", "yaml-language-server", "bin", "yaml-language-server")
EXAMPLE = ROOT / "docs" / "examples" / "green-community.yaml"
#: A document beside the examples, which is only opened and never written.
NEW = EXAMPLE.with_name("new.yaml")


@pytest.fixture(scope="module")
def editor() -> Iterator[Session]:
    node = shutil.which("node")
    if node is None or not SERVER.is_file():
        reason = "there is no language server: `make editor-test` installs it, where there is npm"
        if os.environ.get("SMARTRULES_EDITOR") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with Session([node, str(SERVER), "--stdio"], ROOT) as session:
        yield session


def _begun(schema: str, text: str) -> str:
    """Return a document that begins with the line that names its schema."""
    return f"# yaml-language-server: $schema={schema}\n{text}"


def test_nothing_is_marked_in_a_shipped_document(editor: Session) -> None:
    documents = [(path, path.read_text("utf-8")) for path in SHIPPED]
    said = editor.diagnostics(documents)
    assert {path.name: lines for path, lines in zip(SHIPPED, said, strict=True) if lines} == {}


def test_a_key_that_no_document_has_is_marked_in_each(editor: Session) -> None:
    documents = [(path, path.read_text("utf-8") + "\nzzz: 1\n") for path in SHIPPED]
    for (_, text), said in zip(documents, editor.diagnostics(documents), strict=True):
        assert said == [f"{text.count(chr(10))}: Property zzz is not allowed."]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("edition: ", "editoin: ", ['3: Missing property "edition".', "4: Property editoin is not allowed."]),
        ("kind: flag", "kind: bool", ['63: Value is not accepted. Valid values: "flag", "date".']),
        ("min: 0.01", "minimum: 0.01", ["22: Property minimum is not allowed."]),
        ("all of:", "al of:", ["102: Property al of is not allowed."]),
        ("requirements: unknown", "requirements: none", ['13: Value is not accepted. Valid values: "unknown".']),
        (
            "garden:",
            "shared-garden:",
            ["62: a name is letters (of any script), digits and `_`, and begins with a letter; it is no word of the language"],
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_ruleset_is_marked(editor: Session, right: str, wrong: str, said: list[str]) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert right in text
    assert editor.diagnostics([(NEW, text.replace(right, wrong, 1))]) == [said]


@pytest.mark.parametrize("document", [Document.RULESET, Document.FACTS, Document.CASES])
def test_every_key_of_a_document_is_offered_with_what_it_says(editor: Session, document: Document) -> None:
    offered = editor.completions(NEW, _begun(f"../../rulesets/schemas/{document}.schema.json", "|\n"))
    known = general_schema(document)["properties"]
    assert {key: offered.get(key) for key in known} == {key: one["description"] for key, one in known.items()}


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("facts:\n  a:\n    |", {"count", "quantity", "share", "rate", "set", "choice", "kind", "title", "at_most"}),
        ("facts:\n  a:\n    kind: |", {"flag", "date"}),
        ("facts:\n  a:\n    count: |", {"household", "person", "building"}),
        ("indicators:\n  a:\n    |", {"number", "group", "title", "applies", "measures", "require", "source"}),
        ("indicators:\n  a:\n    applies:\n      |", {"all of", "any of", "at least 2 of", "not"}),
        ("indicators:\n  a:\n    require:\n      basic:\n        |", {"all of", "any of", "not", "rule", "source"}),
        ("measures:\n  a:\n    |", {"value", "unit", "title", "source", "when_zero"}),
    ],
)
def test_the_keys_of_a_part_are_offered(editor: Session, before: str, offered: set[str]) -> None:
    found = editor.completions(NEW, _begun("../../rulesets/schemas/ruleset.schema.json", before))
    assert found.keys() >= offered
    assert "standard" not in found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ti|tle: x\n", "The title of the standard."),
        ("title: {z|h: x}\n", "The title in Chinese."),
        ("indicators:\n  a:\n    num|ber: 1\n", "Its number, as the standard prints it."),
        ("facts:\n  a: {at_mo|st: b}\n", "The id of the fact that is the whole of this part."),
        ("facts:\n  a: {kind: fl|ag}\n", "Yes or no. Its title is a statement, which a rule that requires the flag"),
    ],
)
def test_a_key_is_explained(editor: Session, text: str, says: str) -> None:
    assert says in editor.hover(NEW, _begun("../../rulesets/schemas/ruleset.schema.json", text))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder with the schemas of the example ruleset, as its author writes them."""
    for document in ("facts", "cases"):
        assert run(["schema", document, "-r", str(EXAMPLE), "-o", str(tmp_path / f"{document}.schema.json")]) == 0
    return tmp_path


@pytest.mark.parametrize(
    ("document", "before", "offered"),
    [
        ("facts", "facts:\n  |", {"area": "A quantity in km^2", "garden": "Yes or no", "sorted_waste": "A list"}),
        ("facts", "facts:\n  water: |", {"river": "河流 / a river", "lake": "湖泊 / a lake", "none": "无 / none"}),
        ("facts", "facts:\n  sorted_waste:\n    - |", {"kitchen": "厨余垃圾 / kitchen waste", "glass": "玻璃 / glass"}),
        ("facts", "facts:\n  garden: |", {"true": "", "false": ""}),
        ("facts", "facts:\n  area:\n    |", {"value": "The value itself", "evidence": "What shows it"}),
        ("facts", "stated:\n  |", {"green_share": "= 绿地面积 ÷ 社区总面积"}),
        ("facts", "claims:\n  |", {"greenery": "达标级 / Basic:"}),
        ("facts", "claims:\n  greenery: |", {"met": "达标", "not_met": "不达标"}),
        ("cases", "cases:\n  - name: x\n    expect:\n      tier: |", {"basic": "", "good": "", "model": "", "none": ""}),
        (
            "cases",
            "cases:\n  - name: x\n    expect:\n      indicators:\n        good:\n          |",
            {"greenery": "绿地率不低于35%"},
        ),
    ],
)  # fmt: skip
def test_the_ids_of_a_ruleset_are_offered(
    editor: Session, own: Path, document: str, before: str, offered: dict[str, str]
) -> None:
    found = editor.completions(own / "new.yaml", _begun(f"{document}.schema.json", before))
    assert {key for key, says in offered.items() if not found.get(key, "-").startswith(says)} == set()


def test_a_fact_is_explained_in_both_languages(editor: Session, own: Path) -> None:
    said = editor.hover(own / "new.yaml", _begun("facts.schema.json", "facts:\n  house|holds: 3\n"))
    plain = re.sub(r"\\(.)", r"\1", said)
    assert "家庭总数 / number of households" in plain
    assert "A count of households, at least 1 household." in plain
    assert "数量，单位：户，不小于1户。" in plain


def test_a_value_that_does_not_fit_its_fact_is_marked(editor: Session, own: Path) -> None:
    text = _begun(
        "facts.schema.json",
        """\
facts:
  area: 3
  households: 1.5
  water: rivr
  sorted_waste: kitchen
  garden: maybe
  last_audit: 2023.1.1
  gardn: true
claims: {waste: yes}
stated: {green_share: 30}
""",
    )
    assert editor.diagnostics([(own / "new.yaml", text)]) == [
        [
            '10: Value is not accepted. Valid values: "met", "not_met", "not_applicable", "undetermined".',
            "11: write a number with its unit, such as `12 %`",
            "3: write a number with its unit, such as `12 km^2`",
            "4: write a number, such as `12 households`",
            '5: Value is not accepted. Valid values: "river", "lake", "none", null.',
            "6: write a list: `[kitchen, hazardous]`",
            "7: write `true` or `false`, 是 or 否",
            "8: write year, month and day: `2023-11-25`",
            "9: Property gardn is not allowed.",
        ]
    ]

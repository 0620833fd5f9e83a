"""Mistakes too big or too odd for a file: each makes one and gives it to its reader, which refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from smartrules.diagnostics import Diagnostic, SmartrulesError
from smartrules.documents.facts import read_facts, read_facts_file, read_facts_mapping
from smartrules.documents.ruleset import read_ruleset, read_ruleset_file, read_ruleset_mapping
from smartrules.expr.parse import parse
from smartrules.standard import Edition
from tests.malformed import reading

BUILDERS: dict[str, Callable[[], object]] = {}


def built(make: Callable[[], object]) -> Callable[[], object]:
    """Make a case of a function, named as the function with hyphens."""
    BUILDERS[make.__name__.replace("_", "-")] = make
    return make


@contextmanager
def in_folder() -> Iterator[Path]:
    """Give a folder for files, whose path no message shows."""
    with TemporaryDirectory() as folder:
        try:
            yield Path(folder)
        except SmartrulesError as error:
            raise SmartrulesError(bare(d) for d in error.diagnostics) from None


def bare(found: Diagnostic) -> Diagnostic:
    """Return a diagnostic with the bare name of its file."""
    name = None if found.file is None else Path(found.file).name
    return Diagnostic(found.code, found.message, found.help, name, found.at, found.line, found.severity)


def ruleset_of_bytes(content: bytes) -> object:
    with in_folder() as folder:
        path = folder / "ruleset.yaml"
        path.write_bytes(content)
        return read_ruleset_file(path)


def facts_of_bytes(content: bytes) -> object:
    with in_folder() as folder:
        path = folder / "facts.yaml"
        path.write_bytes(content)
        return read_facts_file(reading.packaged_edition(), path)


def facts(text: str) -> object:
    return read_facts(reading.packaged_edition(), text, "facts.yaml")


def mapping(values: Mapping[Any, Any]) -> object:
    return read_facts_mapping(reading.own_edition(), values)


def ruleset(*, facts: str = "", measures: str = "", rule: str = "gated", indicators: str = "") -> object:
    """Read a small ruleset with more facts, measures or indicators, or another rule."""
    return read_ruleset(
        "standard: green-quarters\n"
        'edition: "2024"\n'
        "tiers: {basic: {}}\n"
        f"facts:\n  gated: {{kind: flag}}\n  households: {{count: household}}\n{facts}"
        f"measures:\n  size: {{value: households, unit: household}}\n{measures}"
        f"indicators:\n  gates:\n    require:\n      basic: {rule}\n{indicators}",
        "ruleset.yaml",
    )


# --- files ---------------------------------------------------------------------------------------------------------


@built
def a_missing_file() -> object:
    with in_folder() as folder:
        return read_facts_file(reading.packaged_edition(), folder / "facts.yaml")


@built
def a_missing_folder() -> object:
    with in_folder() as folder:
        return read_ruleset_file(folder / "2024" / "ruleset.yaml")


@built
def a_directory() -> object:
    with in_folder() as folder:
        (folder / "facts").mkdir()
        return read_facts_file(reading.packaged_edition(), folder / "facts")


@built
def a_name_with_a_nul() -> object:
    return read_facts_file(reading.packaged_edition(), Path("facts\0.yaml"))


@built
def a_name_with_an_escape_character() -> object:
    return read_facts_file(reading.packaged_edition(), Path("facts\x1b[31m.yaml"))


@built
def a_name_without_end() -> object:
    return read_facts_file(reading.packaged_edition(), Path("f" * 5000))


@built
def an_empty_file() -> object:
    return facts_of_bytes(b"")


@built
def a_byte_order_mark_alone() -> object:
    return facts_of_bytes(b"\xef\xbb\xbf")


@built
def white_space_alone() -> object:
    return facts_of_bytes(b"\n \r\n\t\n")


@built
def utf_16() -> object:
    return facts_of_bytes("facts:\n  households: 3461\n".encode("utf-16"))


@built
def gbk() -> object:
    return facts_of_bytes("community: {id: qili}\nfacts:\n  社区家庭总数: 3461\n".encode("gbk"))


@built
def binary_bytes() -> object:
    return ruleset_of_bytes(b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 40)


@built
def an_image() -> object:
    return facts_of_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))


@built
def a_nul_far_behind_the_beginning() -> object:
    return facts_of_bytes(b"# " + b"x" * 5000 + b"\nfacts:\n  households: 34\x0061\n")


@built
def a_control_character() -> object:
    return facts_of_bytes(b"facts:\n  households: 34\x1b[31m61\n")


@built
def a_control_character_behind_windows_line_ends() -> object:
    return facts_of_bytes(b"on: 2023-11-25\r\nfacts:\r\n  households: 34\x0761\r\n")


@built
def a_lone_surrogate() -> object:
    return facts("facts:\n  households: '\ud800'\n")


@built
def nine_megabytes() -> object:
    return ruleset_of_bytes(b"standard: green-quarters\n" + b"# padding\n" * 900_000)


@built
def three_megabytes_of_text() -> object:
    return facts("facts:\n" + "# padding\n" * 300_000)


# --- YAML ----------------------------------------------------------------------------------------------------------


@built
def brackets_ten_thousand_deep() -> object:
    return facts("facts: " + "[" * 10_000)


@built
def mappings_two_hundred_deep() -> object:
    return facts("".join(f"{' ' * depth}a:\n" for depth in range(200)))


@built
def lists_ten_thousand_deep() -> object:
    return facts("- " * 10_000)


@built
def questions_ten_thousand_deep() -> object:
    return facts("? " * 10_000)


@built
def a_hundred_thousand_parts() -> object:
    return facts("facts:\n  elderly_services:\n" + "    - meals\n" * 100_001)


@built
def a_key_without_end() -> object:
    return facts("facts:\n  ? " + "x" * 100_000 + "\n  : 3\n")


@built
def a_thousand_faults() -> object:
    return facts("facts:\n" + "".join(f"  households_{index}: 3\n" for index in range(1000)))


@built
def a_thousand_keys_that_stand_twice() -> object:
    return facts("facts:\n" + "  households: 3\n" * 1000)


@built
def windows_line_ends() -> object:
    return facts("community: {id: qili}\r\nfacts:\r\n  area: 6.3 km²\r\n  households: >\r\n    34,61\r\n    户\r\n")


@built
def old_macintosh_line_ends() -> object:
    return facts("community: {id: qili}\rfacts:\r  area: 6.3 km²\r  households: 34,61\r")


@built
def strange_line_ends() -> object:
    return facts("community: {id: qili, name: 七\x85里\u2028社\u2029区}\nfacts:\n  households: 34,61\n")


@built
def a_line_without_end() -> object:
    return facts("facts: {households: {note: '" + "户" * 500 + "', value: many, evidence: '" + "册" * 500 + "'}}")


# --- expressions ---------------------------------------------------------------------------------------------------


@built
def a_million_digits() -> object:
    return facts(f"facts:\n  households: {'9' * 1_000_000}\n")


@built
def a_million_digits_in_a_rule() -> object:
    return ruleset(rule="households >= " + "9" * 1_000_000)


@built
def nineteen_thousand_digits_in_a_rule() -> object:
    return ruleset(rule="households >= " + "9" * 19_000 + " households")


@built
def four_thousand_nots() -> object:
    return parse("not " * 4_000 + "gated")


@built
def ten_thousand_minus_signs() -> object:
    return parse("-" * 10_000 + "households")


@built
def nine_thousand_parentheses() -> object:
    return parse("(" * 9_000 + "gated" + ")" * 9_000)


@built
def a_sum_of_two_thousand() -> object:
    return parse(" + ".join(["area"] * 2_500))


@built
def an_expression_without_end() -> object:
    return parse("gated and " * 10_000 + "gated")


@built
def a_name_without_end_in_a_rule() -> object:
    return parse("g" * 19_000)


@built
def a_unit_without_end() -> object:
    return parse("area >= 1 " + "km/" * 6_000 + "s")


@built
def requirements_listed_twenty_deep() -> object:
    return ruleset(rule="{not: " * 20 + "gated" + "}" * 20)


@built
def nothing_at_all() -> object:
    return parse("")


@built
def a_vertical_tab() -> object:
    return parse("gated\vand gated")


# --- rulesets that are small and stand for much ---------------------------------------------------------------------


@built
def measures_that_double_thirty_times() -> object:
    doubled = "".join(f"  d{n}: {{value: {w} + {w}, unit: household}}\n" for n, w in enumerate(doubles(30)))
    return ruleset(measures=doubled, rule="d29 >= 1 household")


def doubles(count: int) -> list[str]:
    return ["households", *(f"d{n}" for n in range(count - 1))]


@built
def measures_that_multiply_thirty_times() -> object:
    doubled = "".join(f"  d{n}: {{value: {w} * {w} / {w}, unit: household}}\n" for n, w in enumerate(doubles(30)))
    return ruleset(measures=doubled, rule="d29 >= 1 household")


@built
def a_chain_of_two_thousand_measures() -> object:
    chain = "".join(f"  d{n}: {{value: {w}, unit: household}}\n" for n, w in enumerate(doubles(2000)))
    return ruleset(measures=chain, rule="d1999 >= 1 household")


@built
def a_chain_of_two_thousand_wholes() -> object:
    chain = "".join(f"  d{n}: {{count: household, at_most: {w}}}\n" for n, w in enumerate(doubles(2000)))
    return ruleset(facts=chain, rule="d1999 >= 1 lift")


@built
def a_circle_of_two_thousand_measures() -> object:
    chain = "".join(f"  d{n}: {{value: d{(n + 1) % 2000}, unit: household}}\n" for n in range(2000))
    return ruleset(measures=chain)


@built
def many_indicators_of_one_large_measure() -> object:
    large = f"  large: {{value: {' + '.join(['(' + ' + '.join(['size'] * 20) + ')'] * 30)}, unit: household}}\n"
    many = "".join(f"  i{n}: {{require: {{basic: large >= {n} households}}}}\n" for n in range(600))
    return ruleset(measures=large, indicators=many)


@built
def a_thousand_tiers() -> object:
    tiers = ", ".join(f"t{n}: {{}}" for n in range(1000))
    return read_ruleset(
        f'standard: green-quarters\nedition: "2024"\ntiers: {{{tiers}}}\nfacts: {{gated: {{kind: flag}}}}\n'
        "indicators: {gates: {require: {t0: gated}}}\n",
        "ruleset.yaml",
    )


COLLECTION = "collections: {buildings: {each: building, facts: {monitored: {kind: flag}}}}\n"


@built
def a_thousand_collections() -> object:
    many = ", ".join(f"c{n}: {{each: building, facts: {{c{n}f: {{kind: flag}}}}}}" for n in range(1000))
    return ruleset(measures=f"collections: {{{many}}}\n", rule="'every c1: c1f'")


@built
def a_thousand_reactions() -> object:
    many = ", ".join(f"r{n}: {{lost: gates}}" for n in range(1001))
    return ruleset(indicators=f"reactions: {{{many}}}\n")


@built
def members_within_members_three_deep() -> object:
    return ruleset(measures=COLLECTION, rule="'every building: some building: every building: monitored'")


@built
def members_within_members_of_five_thousand() -> object:
    edition = ruleset(measures=COLLECTION, rule="'every building: some building: monitored'")
    assert isinstance(edition, Edition)
    return read_facts_mapping(edition, {"facts": {}, "collections": {"buildings": [{"monitored": True}] * 5_000}})


@built
def a_sum_of_fifty_in_the_wrong_unit() -> object:
    return ruleset(rule=" + ".join(["households"] * 50) + " >= 1 km")


# --- plain Python values -------------------------------------------------------------------------------------------


class _ArrayScalar:
    """A scalar as array libraries have it."""

    shape = ()

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


class _Array:
    """An array, whose `item` takes an index."""

    shape = (2,)

    def item(self) -> Any:
        raise ValueError("can only convert an array of size 1 to a Python scalar")


class _Float(float):
    """A float with a repr of its own."""

    def __repr__(self) -> str:
        return f"library.float64({float(self)!r})"


class _Rude:
    """An object that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


@built
def a_mapping_with_an_object() -> object:
    return mapping({"households": _Rude(), "gigabit_households": object(), "area": "6.3"})


@built
def a_mapping_with_bytes() -> object:
    return mapping({"households": b"3461"})


@built
def a_mapping_with_an_array() -> object:
    return mapping({"households": _Array()})


@built
def a_mapping_with_a_function() -> object:
    return mapping({"households": len})


@built
def a_mapping_with_keys_that_are_no_texts() -> object:
    return mapping({1: 3461, ("households",): 3461, _Rude(): 1, 10**5000: 2, None: 3})


@built
def a_mapping_with_nan() -> object:
    values = {"households": float("nan"), "area": Decimal("Infinity"), "green_area": Decimal("sNaN")}
    return mapping({**values, "lawns": _ArrayScalar(float("-inf"))})


@built
def a_mapping_with_huge_numbers() -> object:
    return mapping(
        {
            "households": 10**5000,
            "gigabit_households": -(10**40),
            "area": Fraction(1, 10**5000),
            "green_area": Decimal("1e999999999"),
            "lawns": 1e300,
        }
    )


@built
def a_mapping_with_bare_numbers() -> object:
    return mapping({"area": 6.3, "elderly_share": Decimal("20"), "inspections": _Float(4.5), "lawns": _ArrayScalar(7)})


@built
def a_mapping_with_a_moment_for_a_number() -> object:
    return mapping({"households": datetime(2023, 11, 25), "gated": datetime(2023, 11, 25), "area": True})


@built
def a_mapping_that_holds_itself() -> object:
    own: dict[str, Any] = {}
    own["value"] = own
    return mapping({"households": own})


@built
def a_mapping_with_lists_that_double() -> object:
    listed: list[Any] = ["childcare"]
    for _ in range(28):
        listed = [listed, listed]
    return mapping({"scenarios": listed})


@built
def a_mapping_with_one_key_in_two_widths() -> object:
    return mapping({"households": 3461, "ｈｏｕｓｅｈｏｌｄｓ": 3462})


@built
def a_mapping_with_control_characters() -> object:
    return mapping(
        {"house\x1b[31mholds": 3461, "scenarios": {"child\x07care", "\u202emedical"}, "water_body": "\ud800"}
    )


@built
def a_mapping_with_lists_in_lists() -> object:
    return mapping({"scenarios": [["childcare"], {"medical": True}, None], "gated": [], "households": {"value": [1]}})


@built
def a_mapping_that_is_empty() -> object:
    return read_facts_mapping(reading.own_edition(), {"facts": [], "on": _Rude()})


@built
def a_ruleset_of_odd_values() -> object:
    return read_ruleset_mapping({"standard": 1.5, "edition": _Rude(), "tiers": {1: None}, "facts": {"a": float("nan")}})


@built
def a_ruleset_of_plain_values() -> object:
    return read_ruleset_mapping(
        {
            "standard": "green-quarters",
            "edition": 2024,
            "tiers": {"basic": None},
            "facts": {"gated": {"kind": "flag"}, "lifts": {"count": "lift", "min": True, "step": 0.5}},
            "indicators": {"gates": {"require": {"basic": ["gated"]}}},
        }
    )

"""The boundary corpus as it stands in `tests/conformance/boundaries`, its README being beside that folder: read, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen
from ruamel.yaml import YAML

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "conformance" / "boundaries"

Form = Literal["value", "count", "quotient", "sum", "difference"]
Operator = Literal[">=", ">", "<="]


@frozen
class Compare:
    """What is compared with the threshold: a fact, the size of a set, or what two facts make.

    Attributes:
        names: the facts, in their order.
        threshold: as the standard writes it, with its unit.
    """

    form: Form
    names: tuple[str, ...]
    operator: Operator
    threshold: str


@frozen(eq=False)
class Threshold:
    """One threshold of one indicator, with all its rows.

    Attributes:
        ruleset: the name of the ruleset, or the whole document.
        says: what the standard says of it.
        units: in which a bare number of each fact is.
        stated: the measures that may be stated instead of the facts, with their units.
        beside: facts and stated measures that are the same in all rows.
    """

    id: str
    indicator: str
    tier: str
    ruleset: str | Mapping[str, Any] = field(repr=False)
    says: str
    compare: Compare
    units: Mapping[str, str]
    stated: Mapping[str, str]
    beside: Mapping[str, Mapping[str, Any]]


@frozen(eq=False)
class Row:
    """One community: what is known of it, and what is so.

    Attributes:
        id: of its threshold and itself: ``wired_broadband.at.7/10``.
        facts: as they are written: whole numbers, texts, sets as lists, yes or no.
        stated: likewise.
        expect: the outcome of the indicator.
    """

    id: str
    threshold: Threshold
    facts: Mapping[str, Any]
    stated: Mapping[str, str]
    expect: Literal["met", "not_met", "not_applicable"]

    @property
    def side(self) -> str:
        """Below, at or above the threshold."""
        return self.id.removeprefix(f"{self.threshold.id}.").partition(".")[0]

    @property
    def document(self) -> dict[str, dict[str, Any]]:
        """Everything that is known, as a facts document says it."""
        own = {"facts": self.facts, "stated": self.stated}
        joined = {key: {**self.threshold.beside.get(key, {}), **values} for key, values in own.items()}
        return {key: values for key, values in joined.items() if values}

    @property
    def written(self) -> str:
        """What is known, in one line."""
        said = [f"{name}: {show(value)}" for name, value in (*self.facts.items(), *self.stated.items())]
        return ", ".join(said)


def show(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


@cache
def thresholds(path: Path) -> tuple[tuple[Threshold, tuple[Row, ...]], ...]:
    """Return the thresholds of a file with their rows.

    Raises:
        ValueError: for a key that the format does not have.
    """
    return tuple(_thresholds(YAML(typ="safe", pure=True).load(path.read_text("utf-8"))))


def rows() -> list[Row]:
    """Return every row of the corpus."""
    return [row for path in files() for _, those in thresholds(path) for row in those]


def digest() -> str:
    """Return what changes whenever the corpus does."""
    return sha256(b"".join(path.read_bytes() for path in files())).hexdigest()


def _thresholds(document: dict[str, Any]) -> Iterator[tuple[Threshold, tuple[Row, ...]]]:
    _only(document, {"ruleset", "tier", "source", "thresholds"})
    for one in document["thresholds"]:
        _only(one, {"id", "indicator", "says", "compare", "units", "stated", "beside", "rows"})
        compare = dict(one["compare"])
        operator, threshold = compare.pop("operator"), compare.pop("threshold")
        ((form, names),) = compare.items()
        made = Threshold(
            one["id"],
            one["indicator"],
            document["tier"],
            document["ruleset"],
            one["says"],
            Compare(form, tuple(names) if isinstance(names, list) else (names,), operator, threshold),
            one.get("units", {}),
            one.get("stated", {}),
            one.get("beside", {}),
        )
        yield made, tuple(_row(made, row) for row in one["rows"])


def _row(threshold: Threshold, row: dict[str, Any]) -> Row:
    _only(row, {"id", "facts", "stated", "expect"})
    return Row(f"{threshold.id}.{row['id']}", threshold, row.get("facts", {}), row.get("stated", {}), row["expect"])


def _only(found: Mapping[str, Any], keys: set[str]) -> None:
    if not set(found) <= keys:
        raise ValueError(f"the corpus has no key {sorted(set(found) - keys)}")

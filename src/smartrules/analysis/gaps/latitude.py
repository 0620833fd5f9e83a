"""What a plan asks of a number that is not known: just that one, at least it, or any of several of which it took one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction

from attrs import frozen

from smartrules.analysis.gaps.items import Items, changed, wholes_of
from smartrules.expr.nodes import AllOf, Arithmetic, Comparison, Expr, Literal, Name, When
from smartrules.facts import Facts
from smartrules.standard import Edition, FactDeclaration
from smartrules.values import Value


class Room(StrEnum):
    """What a number that must be known may be, with all else as the plan has it."""

    EXACTLY = "exactly"
    AT_LEAST = "at_least"
    ANY = "any"  # others would do as well, of which the plan rests on one


@frozen
class Latitude:
    """Tells what the numbers that must be known may be.

    Attributes:
        holds: says of facts whether they fulfil what is asked.
        values: what each fact becomes by the plan, by its path.
    """

    edition: Edition
    items: Items
    holds: Callable[[Facts], bool]
    values: Mapping[str, Value]

    def of(self, path: str) -> Room:
        """Return what a number may be, as the reference says of its neighbours and of the greatest."""
        item, value = self.items[path], self.values[path]
        if item.now is not None or not item.kind.is_number or not isinstance(value, int | Fraction):
            return Room.EXACTLY
        number, (low, high) = int(Fraction(value) / item.step), item.spans[0]

        def serves(other: int) -> bool:
            if not low <= other <= high:
                return False
            tried = {**self.values, path: item.value({path: other})}
            return self._fits(path, tried) and self.holds(changed(self.edition, self.items.facts, tried))

        above, below = serves(number + 1), serves(number - 1)
        if above and not below and number > low and serves(self._greatest(path, high)):
            return Room.AT_LEAST
        if above or below or any(self.items[part].now is None for part in self._parts(path)):
            return Room.ANY
        return Room.EXACTLY

    def share(self, path: str, rules: Iterable[Expr]) -> Fraction | None:
        """Return the share of its whole that rules ask of a part at least, where the whole is not known either."""
        whole, value = self._whole(path), self.values[path]
        if whole is None or whole not in self.values or self.items[whole].now is not None:
            return None
        if self.items[path].now is not None:
            return None
        base = self.values[whole]
        if not isinstance(base, int | Fraction) or not isinstance(value, int | Fraction) or not base:
            return None
        part, of = (one.rpartition(".")[2] for one in (path, whole))
        asked = [
            share
            for rule in rules
            for one in _parts(rule)
            if (share := self._asked(one, part, of)) is not None and Fraction(value) / base >= share
        ]
        return max(asked, default=None)

    def _asked(self, rule: Expr, part: str, whole: str) -> Fraction | None:
        match rule:
            case Comparison(operator="=" | ">=", left=Name(id=left), right=Name(id=right)) if (left, right) == (
                part,
                whole,
            ):
                return Fraction(1)
            case Comparison(operator=">=", left=left, right=Literal() as least):
                if isinstance(left, Name) and left.id in self.edition.measure_by_id:
                    left = self.edition.measure_by_id[left.id].value
                match left:
                    case Arithmetic(operator="/", left=Name(id=above), right=Name(id=below)) if (above, below) == (
                        part,
                        whole,
                    ):
                        return Fraction(least.root)
        return None

    def _fits(self, path: str, values: Mapping[str, Value]) -> bool:
        """Return whether no part is more than its whole."""
        prefix, name = self._parted(path)
        for part, whole in wholes_of(self.edition).get(name, ()):
            ends = [self._value(f"{prefix}{one}", values) for one in (part, whole)]
            low, high = ends
            if isinstance(low, int | Fraction) and isinstance(high, int | Fraction) and low > high:
                return False
        return True

    def _greatest(self, path: str, high: int) -> int:
        """Return the greatest that a number can be: a part no more than its whole."""
        whole = self._whole(path)
        value = None if whole is None else self._value(whole, self.values)
        if not isinstance(value, int | Fraction):
            return high
        return min(high, int(Fraction(value) / self.items[path].step))

    def _value(self, path: str, values: Mapping[str, Value]) -> Value | None:
        fact = self.items.fact(path)
        return values.get(path, None if fact is None else fact.value)

    def _whole(self, path: str) -> str | None:
        declared = self.items[path].declared
        if not isinstance(declared, FactDeclaration) or declared.at_most is None:
            return None
        return f"{self._parted(path)[0]}{declared.at_most}"

    def _parts(self, path: str) -> list[str]:
        """Return the parts of a whole that the plan changes or makes known."""
        prefix, name = self._parted(path)
        found = (f"{prefix}{part}" for part, whole in wholes_of(self.edition).get(name, ()) if whole == name)
        return [part for part in found if part in self.values]

    def _parted(self, path: str) -> tuple[str, str]:
        name = path.rpartition(".")[2]
        return path.removesuffix(name), name


def _parts(rule: Expr) -> Iterator[Expr]:
    """Yield the parts of a rule that all have to hold where it is met."""
    match rule:
        case When():
            yield from _parts(rule.requirement)
        case AllOf():
            for part in rule.parts:
                yield from _parts(part)
        case _:
            yield rule

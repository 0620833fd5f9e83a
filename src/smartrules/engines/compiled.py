"""The compiled engine: an edition as one Python function, for hosts that decide one community at a time.

It says what the reference evaluator says of every indicator, and nothing else: outcomes without reasons. The function is
built from the tree as Python's own syntax tree, never as text. Measures and rules that several indicators or tiers share
are computed once; a quotient is a pair of numbers, so that comparing it is a multiplication. What asks members of a
collection is left to the reference.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, assert_never

from attrs import frozen

from smartrules.engines import assessing, exact
from smartrules.engines.python_trees import (
    LETTERS,
    NOTHING,
    NumberCode,
    VerdictCode,
    any_of_tests,
    attribute,
    call,
    choose,
    compare,
    is_same,
    look_up,
    read,
    times,
)
from smartrules.engines.reckoning import interpolated, moved, rounded_to
from smartrules.engines.scope import Scope
from smartrules.expr.nodes import (
    Advice,
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    AtLeast,
    Comparison,
    Count,
    Day,
    Expr,
    FirstOf,
    Includes,
    Interpolation,
    Literal,
    Name,
    Negation,
    Not,
    OneOf,
    Operator,
    Quantified,
    Range,
    Reported,
    Rounding,
    Today,
    Unknown,
    When,
)
from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome, at_least
from smartrules.standard import Edition
from smartrules.units import unit
from smartrules.values import Number, Quantity, simplest

#: Takes a community's facts, and returns the outcome of every indicator by tier.
Decide = Callable[[Facts], dict[str, dict[str, Outcome]]]


@frozen
class Program:
    """A compiled edition.

    Attributes:
        edition: what it was compiled from.
        decide: the function.
    """

    edition: Edition
    decide: Decide

    def outcomes(self, facts: Facts) -> dict[str, dict[str, Outcome]]:
        """Return the outcome of every indicator over one community's facts, by tier."""
        if facts.not_reported:  # the function does not see which of the values that are not known will never come
            return assessing.outcomes(self.edition, facts)
        return self.decide(facts)


def compile_program(edition: Edition) -> Program:
    """Return an edition as a function."""
    writer = _Writer(edition)
    function = writer.function()
    module = ast.fix_missing_locations(ast.Module([function], []))
    names: dict[str, Any] = {**_RUNTIME, **writer.constants}
    exec(compile(module, f"<{edition.name}>", "exec"), names)  # a syntax tree, never a text
    return Program(edition, names["decide"])


# --- what the function calls ---------------------------------------------------------------------------------------


def _rounded(mode: Any, numerator: Number, denominator: Number, step: Number) -> Number | None:
    return rounded_to(mode, Fraction(numerator) / denominator, step)


def _on_line(node: Interpolation, numerator: Number, denominator: Number) -> Number | None:
    return interpolated(node, Fraction(numerator) / denominator)


_RUNTIME: dict[str, Any] = {
    "M": MET,
    "X": NOT_MET,
    "N": NOT_APPLICABLE,
    "U": UNDETERMINED,
    "at_least": at_least,
    "rounded": _rounded,
    "on_line": _on_line,
    "moved": moved,
    "Scope": Scope,
}

_ALL = frozenset(Outcome)
_STATEMENT = frozenset((MET, NOT_MET, UNDETERMINED))


class _Writer:
    """Writes the function of one edition, statement by statement; what was written once is not written again."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.body: list[ast.stmt] = []
        self.constants: dict[str, Any] = {}
        self.facts: dict[str, ast.expr] = {}
        self.day: ast.expr | None = None
        self.numbers: dict[Expr, NumberCode] = {}
        self.verdicts: dict[tuple[Expr, bool], VerdictCode] = {}
        self.of_reference: dict[Expr, bool] = {}
        self.scope: ast.expr | None = None

    def function(self) -> ast.FunctionDef:
        tiers = []
        for tier in self.edition.tiers:
            rules = self.edition.rules(tier.id)
            verdicts = [self.judged(rule).value for rule in rules.values()]
            tiers.append(ast.Dict([ast.Constant(name) for name in rules], verdicts))
        names = [ast.Constant(tier.id) for tier in self.edition.tiers]
        self.body.append(ast.Return(ast.Dict(list(names), list(tiers))))
        looks = [
            ast.Assign([ast.Name(name, ast.Store())], attribute("facts", of, "get"))
            for name, of in (("known", "facts"), ("stated", "stated"))
        ]
        arguments = ast.arguments([], [ast.arg("facts")], None, [], [], None, [])
        function = ast.FunctionDef("decide", arguments, [*looks, *self.body], [])
        vars(function)["type_params"] = []  # which Python 3.12 and later ask for
        return function

    # --- names -----------------------------------------------------------------------------------------------------

    def kept(self, value: ast.expr, letter: str = "t") -> ast.expr:
        """Write an assignment and return the name that holds the value."""
        if isinstance(value, ast.Name | ast.Constant):
            return value
        name = f"{letter}{len(self.body)}"
        self.body.append(ast.Assign([ast.Name(name, ast.Store())], value))
        return read(name)

    def fact(self, name: str) -> ast.expr:
        """Return the name that holds the value of a fact, None where it is not known; it is read where it is first asked."""
        if name not in self.facts:
            self.facts[name] = self.kept(look_up("known", name), "f")
        return self.facts[name]

    def constant(self, value: Any) -> ast.expr:
        if type(value) in (int, str, bool):
            return ast.Constant(value)
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return read(name)

    # --- outcomes --------------------------------------------------------------------------------------------------

    def judged(self, rule: Expr) -> VerdictCode:
        """Return what the whole rule of an indicator comes to, as `exact.judge` does."""
        if not isinstance(rule, When):
            return self.verdict(rule)
        key = (rule, True)
        if key not in self.verdicts:
            condition, asked = self.verdict(rule.condition), self.judged(rule.requirement)
            self.verdicts[key] = self._guarded(condition, asked, met_anyway=True)
        return self.verdicts[key]

    def verdict(self, node: Expr) -> VerdictCode:
        key = (node, False)
        if key not in self.verdicts:
            self.verdicts[key] = self._by_reference(node) if self._is_of_reference(node) else self._verdict(node)
        return self.verdicts[key]

    def _is_of_reference(self, node: Expr) -> bool:
        """Return whether a rule asks what the function does not read itself: members of collections, what is reported."""
        if node not in self.of_reference:
            self.of_reference[node] = any(
                isinstance(part, Quantified | Aggregate | Reported)
                or (isinstance(part, Count) and part.of.id not in self.edition.fact_by_id)
                or (isinstance(part, Name) and (self._is_made(part.id) or self._is_ambiguous(part.id)))
                for part in self.edition.walk(node)
            )
        return self.of_reference[node]

    def _is_made(self, name: str) -> bool:
        declared = self.edition.fact_by_id.get(name)
        return declared is not None and declared.derived is not None

    def _is_ambiguous(self, name: str) -> bool:
        """Return whether a measure can be open for two reasons of which only one lets its stated figure serve."""
        measure = self.edition.measure_by_id.get(name)
        parts = [] if measure is None else list(self.edition.walk(measure.value))
        quotients = [part for part in parts if isinstance(part, Arithmetic) and part.operator == "/"]
        moved_days = [part for part in parts if isinstance(part, Arithmetic) and self.edition.is_date(part)]
        return bool(moved_days) or (bool(quotients) and any(isinstance(part, FirstOf) for part in parts))

    def _by_reference(self, node: Expr) -> VerdictCode:
        if self.scope is None:
            self.scope = self.kept(call("Scope", read("facts")))
        derived = ast.Call(self.constant(exact.read(node, self.edition)), [self.scope], [])
        return self._as(ast.Attribute(derived, "result", ast.Load()), _ALL)

    def _as(self, value: ast.expr, possible: frozenset[Outcome]) -> VerdictCode:
        return VerdictCode(self.kept(value), possible)

    def _statement(self, open_: Sequence[ast.expr], holds: ast.expr) -> VerdictCode:
        decided = choose((holds, read("M")), otherwise=read("X"))
        if not open_:
            return self._as(decided, frozenset((MET, NOT_MET)))
        return self._as(choose((any_of_tests(open_), read("U")), otherwise=decided), _STATEMENT)

    def _verdict(self, node: Expr) -> VerdictCode:
        match node:
            case Name():
                flag = self.fact(node.id)
                return self._statement([is_same(flag, NOTHING)], flag)
            case Comparison():
                return self._comparison(node.operator, node.left, node.right)
            case Range():
                low = self._comparison(node.low_operator, node.low, node.value)
                return self._joined([low, self._comparison(node.high_operator, node.value, node.high)], 2)
            case Includes():
                held, wanted = self.fact(node.set.id), self.constant(frozenset(node.members))
                holds = compare(wanted, "<=", held)
                if node.k is not None:
                    both = ast.BinOp(held, ast.BitAnd(), wanted)
                    holds = compare(call("len", both), ">=", ast.Constant(node.k))
                return self._statement([is_same(held, NOTHING)], holds)
            case OneOf():
                choice = self.fact(node.choice.id)
                members = self.constant(frozenset(node.members))
                return self._statement([is_same(choice, NOTHING)], ast.Compare(choice, [ast.In()], [members]))
            case AllOf():
                return self._joined([self.verdict(part) for part in node.parts], len(node.parts))
            case AnyOf():
                return self._joined([self.verdict(part) for part in node.parts], 1)
            case AtLeast():
                return self._joined([self.verdict(part) for part in node.parts], node.k)
            case Not():
                part = self.verdict(node.part)
                turned = choose(
                    (is_same(part.value, read("M")), read("X")),
                    (is_same(part.value, read("X")), read("M")),
                    otherwise=part.value,
                )
                other = {MET: NOT_MET, NOT_MET: MET}
                return self._as(turned, frozenset(other.get(outcome, outcome) for outcome in part.possible))
            case Unknown():
                return VerdictCode(read("U"), frozenset((UNDETERMINED,)))
            case Advice():
                return VerdictCode(read("N"), frozenset((NOT_APPLICABLE,)))
            case When():
                return self._guarded(self.verdict(node.condition), self.verdict(node.requirement), met_anyway=False)
            case (
                Literal()
                | Day()
                | Today()
                | Arithmetic()
                | Negation()
                | Rounding()
                | FirstOf()
                | Interpolation()
                | Count()
                | Aggregate()
                | Quantified()
                | Reported()
            ):
                raise TypeError(f"{type(node).__name__} is no requirement here")
            case _:
                assert_never(node)

    def _guarded(self, condition: VerdictCode, asked: VerdictCode, *, met_anyway: bool) -> VerdictCode:
        """Return what is asked where a condition holds, as `outcome.when`, or `outcome.applicability` of an indicator."""
        pairs = [(is_same(condition.value, read("M")), asked.value)]
        if UNDETERMINED in condition.possible:
            stays = [is_same(asked.value, read("N"))] if NOT_APPLICABLE in asked.possible else []
            stays += [is_same(asked.value, read("M"))] if met_anyway else []
            open_ = choose((any_of_tests(stays), asked.value), otherwise=read("U")) if stays else read("U")
            pairs.append((is_same(condition.value, read("U")), open_))
        return self._as(choose(*pairs, otherwise=read("N")), asked.possible | {NOT_APPLICABLE, UNDETERMINED})

    def _joined(self, parts: list[VerdictCode], k: int) -> VerdictCode:
        """Return "at least k of" some parts, as `outcome.at_least`."""
        if 1 < k < len(parts):
            values = ast.Tuple([part.value for part in parts], ast.Load())
            return self._as(call("at_least", ast.Constant(k), values), _ALL)
        first = MET if k == 1 and len(parts) > 1 else NOT_MET
        order = [first, UNDETERMINED, NOT_MET if first is MET else MET]
        possible = frozenset[Outcome]().union(*(part.possible for part in parts))
        pairs = []
        for outcome in order:
            tests = [is_same(part.value, read(LETTERS[outcome])) for part in parts if outcome in part.possible]
            if tests:
                pairs.append((any_of_tests(tests), read(LETTERS[outcome])))
        if not all(NOT_APPLICABLE in part.possible for part in parts) and pairs:
            return self._as(choose(*pairs[:-1], otherwise=pairs[-1][1]), possible - {NOT_APPLICABLE})
        return self._as(choose(*pairs, otherwise=read("N")), possible)

    def _comparison(self, operator: Operator, left: Expr, right: Expr) -> VerdictCode:
        if self.edition.is_date(left):
            days = [self._day(left), self._day(right)]
            open_ = [is_same(day, NOTHING) for day in days if not isinstance(day, ast.Name) or day.id[0] != "c"]
            return self._statement(open_, compare(days[0], operator, days[1]))
        a, b = self.number(left), self.number(right)
        holds = compare(times(a.numerator, b.denominator), operator, times(b.numerator, a.denominator))
        return self._statement([*a.open, *b.open], holds)

    # --- dates -----------------------------------------------------------------------------------------------------

    def _day(self, node: Expr) -> ast.expr:
        match node:
            case Name():
                return self.fact(node.id)
            case Day():
                return self.constant(node.date)
            case Today():
                if self.day is None:
                    self.day = self.kept(attribute("facts", "on"))
                return self.day
            case Arithmetic(left=left, right=right):
                by, day = (left, right) if isinstance(left, Literal) else (right, left)
                start = self._day(day)
                assert isinstance(by, Literal)
                direction = ast.Constant(-1 if node.operator == "-" else 1)
                there = call("moved", start, self.constant(by), direction)
                return self.kept(choose((is_same(start, NOTHING), NOTHING), otherwise=there))
            case _:
                raise TypeError(f"{type(node).__name__} is no date")

    # --- numbers ---------------------------------------------------------------------------------------------------

    def number(self, node: Expr) -> NumberCode:
        if node not in self.numbers:
            self.numbers[node] = self._number(node)
        return self.numbers[node]

    def _number(self, node: Expr) -> NumberCode:
        match node:
            case Literal():
                root = simplest(Fraction(node.number) * node.unit.size)
                denominator = None if root.denominator == 1 else ast.Constant(root.denominator)
                return NumberCode(ast.Constant(root.numerator), denominator, least=root)
            case Name() if node.id in self.edition.measure_by_id:
                return self._measure(node.id)
            case Name():
                declared = self.edition.fact_by_id[node.id]
                slot = self.fact(node.id)
                test = (is_same(slot, NOTHING),)
                return NumberCode(slot, None, test, test, declared.minimum)
            case Count():
                slot = self.fact(node.of.id)
                test = (is_same(slot, NOTHING),)
                size = choose((test[0], NOTHING), otherwise=call("len", slot))
                return NumberCode(self.kept(size), None, test, test, 0)
            case Negation():
                inner = self.number(node.operand)
                turned = self._where(inner.open, ast.UnaryOp(ast.USub(), inner.numerator))
                return NumberCode(turned, inner.denominator, inner.open, inner.missing)
            case Arithmetic() if self.edition.is_date(node.left):
                return self._days_between(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Rounding():
                inner, step = self.number(node.value), Quantity(node.step.number, node.step.unit).root
                over = inner.denominator or ast.Constant(1)
                rounded = call("rounded", ast.Constant(node.mode), inner.numerator, over, self.constant(step))
                return NumberCode(self._where(inner.open, rounded), None, inner.open, inner.missing)
            case Interpolation():
                inner = self.number(node.of)
                over = inner.denominator or ast.Constant(1)
                there = call("on_line", self.constant(node), inner.numerator, over)
                return NumberCode(self._where(inner.open, there), None, inner.open, inner.missing)
            case FirstOf():
                return self._first_of(node)
            case _:
                raise TypeError(f"{type(node).__name__} is no number here")

    def _where(self, open_: Sequence[ast.expr], value: ast.expr) -> ast.expr:
        """Return a kept value that is computed only where nothing is open; reading a name needs no such care."""
        if isinstance(value, ast.Name | ast.Constant):
            return value
        return self.kept(choose((any_of_tests(open_), NOTHING), otherwise=value) if open_ else value)

    def _either(self, left: tuple[ast.expr, ...], right: tuple[ast.expr, ...]) -> tuple[ast.expr, ...]:
        """Return tests of either of two numbers, long lists of them kept under one name."""
        seen = {ast.dump(test): test for test in (*left, *right)}
        tests = tuple(seen.values())
        return tests if len(tests) <= 2 else (self.kept(any_of_tests(tests)),)

    def _arithmetic(self, node: Arithmetic) -> NumberCode:
        a, b = self.number(node.left), self.number(node.right)
        open_, missing = self._either(a.open, b.open), self._either(a.missing, b.missing)
        over = b.denominator if a.denominator is None else times(a.denominator, b.denominator)
        match node.operator:
            case "*":
                product = self._where(open_, ast.BinOp(a.numerator, ast.Mult(), b.numerator))
                least = (
                    a.least * b.least
                    if a.least is not None and b.least is not None and a.is_never_negative and b.is_never_negative
                    else None
                )
                return NumberCode(product, self._kept_over(open_, over), open_, missing, least)
            case "/":
                return self._quotient(a, b, open_, missing)
            case "+" | "-":
                left, right = times(a.numerator, b.denominator), times(b.numerator, a.denominator)
                sign = ast.Add() if node.operator == "+" else ast.Sub()
                total = self._where(open_, ast.BinOp(left, sign, right))
                least = (
                    a.least + b.least if node.operator == "+" and a.least is not None and b.least is not None else None
                )
                return NumberCode(total, self._kept_over(open_, over), open_, missing, least)
            case _:
                assert_never(node.operator)

    def _kept_over(self, open_: Sequence[ast.expr], over: ast.expr | None) -> ast.expr | None:
        if over is None or isinstance(over, ast.Name | ast.Constant):
            return over
        return self._where(open_, over)

    def _quotient(
        self, a: NumberCode, b: NumberCode, open_: tuple[ast.expr, ...], missing: tuple[ast.expr, ...]
    ) -> NumberCode:
        """Return a quotient; a denominator of zero leaves it open, and then nothing is missing."""
        numerator, over = times(a.numerator, b.denominator), times(b.numerator, a.denominator)
        least = 0 if a.is_never_negative and b.is_never_negative else None
        if b.least is not None and b.least > 0:
            return NumberCode(self._where(open_, numerator), self._kept_over(open_, over), open_, missing, least)
        zero = compare(b.numerator, "=", ast.Constant(0))  # None is not 0
        if [*map(ast.dump, b.open)] == [ast.dump(is_same(b.numerator, NOTHING))]:
            open_ = (*a.open, ast.UnaryOp(ast.Not(), b.numerator))  # one test of None and of 0
        else:
            open_ = (zero, *open_)
        if missing:
            missing = (ast.BoolOp(ast.And(), [ast.UnaryOp(ast.Not(), zero), any_of_tests(missing)]),)
        if not b.is_never_negative:
            below = self.kept(self._where(open_, compare(b.numerator, "<", ast.Constant(0))))
            numerator = choose((below, ast.UnaryOp(ast.USub(), numerator)), otherwise=numerator)
            over = choose((below, ast.UnaryOp(ast.USub(), over)), otherwise=over)
        return NumberCode(self._where(open_, numerator), self._kept_over(open_, over), open_, missing, least)

    def _days_between(self, node: Arithmetic) -> NumberCode:
        left, right = self._day(node.left), self._day(node.right)
        open_ = self._either((is_same(left, NOTHING),), (is_same(right, NOTHING),))
        days = ast.Attribute(ast.BinOp(left, ast.Sub(), right), "days", ast.Load())
        size = simplest(unit("day").size)
        return NumberCode(self._where(open_, times(days, self.constant(size))), None, open_, open_)

    def _first_of(self, node: FirstOf) -> NumberCode:
        values = [self.number(part) for part in (*node.values, node.otherwise)]
        conditions = [self.verdict(part) for part in node.conditions]
        met = [is_same(condition.value, read("M")) for condition in conditions]
        halted = [is_same(condition.value, read("U")) for condition in conditions]
        pairs: list[tuple[ast.expr, ast.expr]] = []
        overs: list[tuple[ast.expr, ast.expr]] = []
        for value, holds, stops in zip(values, met, halted, strict=False):
            pairs += [(stops, NOTHING), (holds, self._shown(value))]
            overs += [(holds, value.denominator or ast.Constant(1))]
        last = values[-1]
        chosen = self.kept(choose(*pairs, otherwise=self._shown(last)))
        over = None
        if any(value.denominator is not None for value in values):
            over = self.kept(choose(*overs, otherwise=last.denominator or ast.Constant(1)))
        test = (is_same(chosen, NOTHING),)
        return NumberCode(chosen, over, test, test)

    def _shown(self, value: NumberCode) -> ast.expr:
        return choose((any_of_tests(value.open), NOTHING), otherwise=value.numerator) if value.open else value.numerator

    def _measure(self, name: str) -> NumberCode:
        """Return a measure: its formula, or its stated figure where facts behind the formula are missing."""
        found = self.number(self.edition.measure_by_id[name].value)
        if not found.missing:
            return found
        open_ = self.kept(any_of_tests(found.open))
        missing = any_of_tests(found.missing)
        is_only_missing = [*map(ast.dump, found.open)] == [*map(ast.dump, found.missing)]
        figure = look_up("stated", name)
        instead = figure if is_only_missing else choose((missing, figure), otherwise=NOTHING)
        numerator = self.kept(choose((open_, instead), otherwise=found.numerator))
        over = found.denominator
        if over is not None:
            over = self.kept(choose((open_, ast.Constant(1)), otherwise=over))
        nothing = is_same(numerator, NOTHING)
        still_missing = nothing if is_only_missing else ast.BoolOp(ast.And(), [nothing, missing])
        return NumberCode(numerator, over, (nothing,), (still_missing,), found.least)

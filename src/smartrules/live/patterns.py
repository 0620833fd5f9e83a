"""A host's own rules over changes, in the JSON form of durable_rules: read, checked, and made safe to match.

durable_rules accepts a rule that cannot be right, an alias that nothing defines or a name that no change has, and then fires
wrongly, never, or reads what is not there. So every part of a rule is known here, or it is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from smartrules.diagnostics import Diagnostic, MonitorError, all_of, did_you_mean, one_of, shorten
from smartrules.engines.forward import MOST_FACTS, MOST_RULES, MOST_TESTS, joined
from smartrules.outcome import Outcome
from smartrules.standard import Edition

#: What a rule sees of a change: texts, and whole numbers.
TEXTS, NUMBERS = ("tier", "indicator", "before", "after"), ("number", "at")
_COMPARED = ("$lt", "$lte", "$gt", "$gte", "$neq")
_RECKONED = ("$add", "$sub", "$mul")


@frozen
class HostRule:
    """A rule of the host.

    Attributes:
        name: the host's name for it.
        pattern: what is matched, in the JSON form of durable_rules.
        run: called with what fired.
    """

    name: str
    pattern: Mapping[str, Any]
    run: Callable[[Any], object]


def read_rules(edition: Edition, given: Mapping[str, Any]) -> tuple[HostRule, ...]:
    """Return the rules of a host.

    Raises:
        MonitorError: SR809, with everything that is wrong with them.
    """
    reader = _Reader(edition)
    rules = [reader.rule(name, rule) for name, rule in given.items()]
    if len(given) > MOST_RULES:
        reader.refuse("rules", f"there are {len(given):,} rules", f"a monitor takes {MOST_RULES:,}")
    if reader.found:
        raise MonitorError(reader.found)
    return tuple(rule for rule in rules if rule is not None)


class _Refused(Exception):
    """A part of a rule that is at fault, and said so."""


@define
class _Reader:
    edition: Edition
    found: list[Diagnostic] = field(factory=list)
    _where: str = ""

    def refuse(self, where: str, message: str, hint: str) -> None:
        self.found.append(Diagnostic("SR809", f"{where}: {message}", hint))

    def _wrong(self, message: str, hint: str) -> _Refused:
        self.refuse(self._where, message, hint)
        return _Refused()

    def rule(self, name: Any, given: Any) -> HostRule | None:
        self._where = f"the rule {shorten(repr(name))}"
        try:
            if not isinstance(name, str) or not name.isprintable() or not name or set(name) & set('"\\'):
                raise self._wrong(
                    "its name is no plain text", 'name it with printable characters, without `"` and `\\`'
                )
            if not isinstance(given, Mapping):
                raise self._wrong("it is no mapping", 'write `{"all": [{"m": …}], "run": function}`')
            if "any" in given:  # which fires again for what has fired, with whatever comes
                raise self._wrong(
                    "it asks for `any`, which is not taken", "write a rule for each change, with the same `run`"
                )
            self._known(given, ("all", "run"), "a rule")
            run = self._action(given.get("run"))
            return HostRule(name, {"all": list(self._facts(given.get("all")))}, run)
        except _Refused:
            return None

    def _action(self, run: Any) -> Callable[[Any], object]:
        if not callable(run):
            raise self._wrong("it has no `run`", "give the function that is called when it fires, with what fired")
        try:
            inspect.signature(run).bind(None)
        except TypeError:
            raise self._wrong("its `run` does not take one argument", "take what fired: `def run(firing): …`") from None
        except ValueError:
            pass  # a function of an extension, which does not say what it takes
        if inspect.iscoroutinefunction(run):
            raise self._wrong("its `run` is a coroutine, which nobody would await", "give a plain function")
        return run  # type: ignore[no-any-return]

    def _facts(self, given: Any) -> Iterator[dict[str, Any]]:
        if not isinstance(given, list | tuple) or not given:
            raise self._wrong("`all` is no list of changes", 'write `"all": [{"m": …}]`')
        if len(given) > MOST_FACTS:
            raise self._wrong(f"`all` lists {len(given)} changes", f"{MOST_FACTS} are the most that may meet")
        aliases: list[str] = []
        for part in given:
            if not isinstance(part, Mapping) or len(part) != 1:
                raise self._wrong("`all` lists something else than `alias: pattern`", 'write `{"first": …}`')
            ((alias, pattern),) = part.items()
            if not isinstance(alias, str) or not alias.isidentifier():
                raise self._wrong(
                    f"{alias!r} is no alias", "name each change of a rule with letters: `first`, `second`"
                )
            if alias in aliases:
                raise self._wrong(f"it names two changes `{alias}`", "name each change of a rule differently")
            yield {alias: self._pattern(pattern, aliases)}
            aliases.append(alias)

    def _pattern(self, given: Any, before: list[str]) -> dict[str, Any]:
        tests = list(self._tests(given, before))
        if len(tests) > MOST_TESTS:
            raise self._wrong(f"it asks {len(tests)} things of one change", f"{MOST_TESTS} are the most")
        met = [test for test in tests if _meets(test)]
        if met:
            return joined([*(test for test in tests if test not in met), *met], before[0], "number")
        return tests[0] if len(tests) == 1 else {"$and": tests}

    def _tests(self, given: Any, before: list[str]) -> Iterator[dict[str, Any]]:
        if not isinstance(given, Mapping) or len(given) != 1:
            raise self._wrong(
                f"{shorten(repr(given))} is no test", 'write `{"after": "not_met"}`, or several in `"$and": […]`'
            )
        ((sign, rest),) = given.items()
        if sign == "$and":
            if not isinstance(rest, list | tuple) or not rest:
                raise self._wrong("`$and` is no list", 'write `"$and": [{"tier": …}, {"after": …}]`')
            for part in rest:
                yield from self._tests(part, before)
        elif sign in ("$ex", "$nex"):
            ((name, _),) = self._single(sign, rest).items()
            self._name(name)
            yield {sign: {name: 1}}
        elif sign in _COMPARED:
            ((name, value),) = self._single(sign, rest).items()
            yield {sign: {name: self._value(self._name(name), value, before, sign)}}
        elif isinstance(sign, str) and sign.startswith("$"):
            hint = f"it may be {one_of(['$and', '$ex', '$nex', *_COMPARED])}; in the place of `$or` write two rules"
            raise self._wrong(f"it asks `{shorten(sign)}`, which is not taken", hint)
        else:
            yield {sign: self._value(self._name(sign), rest, before, "=")}

    def _single(self, sign: str, rest: Any) -> Mapping[str, Any]:
        if not isinstance(rest, Mapping) or len(rest) != 1:
            raise self._wrong(f"`{sign}` takes one name", f'write `{{"{sign}": {{"at": …}}}}`')
        return rest

    def _name(self, name: Any) -> str:
        if name in TEXTS or name in NUMBERS:
            return str(name)
        known = [*TEXTS, *NUMBERS]
        hint = did_you_mean(str(name), known) or f"it has {all_of(known)}"
        raise self._wrong(f"a change has no `{shorten(str(name))}`", hint)

    def _value(self, name: str, value: Any, before: list[str], sign: str) -> Any:
        if isinstance(value, Mapping):
            return self._reckoned(name, value, before)
        if name in NUMBERS:
            if type(value) is not int or abs(value) >= 1 << 62:
                raise self._wrong(f"`{name}` is a whole number, not {shorten(repr(value))}", "write one, below 2⁶²")
            return value
        if not isinstance(value, str):
            raise self._wrong(
                f"`{name}` is a text, not {shorten(repr(value))}", f"write one of {one_of(self._words(name), 22)}"
            )
        if sign not in ("=", "$neq"):
            raise self._wrong(
                f"`{name}` is a text, which is neither more nor less", "ask whether it is one: `{name: text}`"
            )
        if value not in self._words(name):
            hint = did_you_mean(value, self._words(name)) or f"it is one of {one_of(self._words(name), 22)}"
            raise self._wrong(f"`{name}` is never `{shorten(value)}`", hint)
        return str(value)

    def _reckoned(self, name: str, value: Mapping[str, Any], before: list[str]) -> dict[str, Any]:
        """Return what a change is compared with: the same of another change, or a number reckoned from it."""
        if len(value) != 1:
            raise self._wrong(f"{shorten(repr(value))} is nothing to compare with", 'write `{"first": "at"}`')
        ((sign, rest),) = value.items()
        if sign in _RECKONED and name in NUMBERS:
            if not isinstance(rest, Mapping) or set(rest) != {"$l", "$r"}:
                raise self._wrong(
                    f"`{sign}` takes `$l` and `$r`",
                    f'write `{{"{sign}": {{"$l": {{"first": "at"}}, "$r": 60000000}}}}`',
                )
            return {sign: {side: self._value(name, rest[side], before, "=") for side in ("$l", "$r")}}
        if sign in before:
            if (rest in NUMBERS) != (name in NUMBERS) or rest not in (*TEXTS, *NUMBERS):
                raise self._wrong(
                    f"`{name}` is compared with {shorten(repr(rest))} of `{sign}`",
                    "compare texts with texts, numbers with numbers",
                )
            return {sign: rest}
        hint = did_you_mean(str(sign), before) or (
            f"there is {all_of(before)}" if before else "name a change before it in `all`"
        )
        raise self._wrong(f"no change before is `{shorten(str(sign))}`", hint)

    def _words(self, name: str) -> list[str]:
        match name:
            case "tier":
                return [*self.edition.tier_by_id]
            case "indicator":
                return [*self.edition.indicator_by_id]
            case _:
                return [outcome.value for outcome in Outcome]

    def _known(self, given: Mapping[Any, Any], known: tuple[str, ...], what: str) -> None:
        for key in given:
            if key not in known:
                hint = did_you_mean(str(key), known) or f"it has {all_of(known)}"
                raise self._wrong(f"{what} has no `{shorten(str(key))}`", hint)


def _meets(test: Mapping[str, Any]) -> bool:
    """Return whether a test is one against another change."""
    ((sign, rest),) = test.items()
    if sign in _COMPARED:
        ((_, rest),) = rest.items()
    return isinstance(rest, Mapping) and sign not in ("$ex", "$nex")

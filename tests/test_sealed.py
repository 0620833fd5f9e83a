"""Derivations, findings and quantities that are filled in before they are sealed: like those of the class in every way."""

import copy
import inspect
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import attrs
import pytest

import smartrules as sr
from smartrules.assessment import Finding, find
from smartrules.derivation import Derivation, Missing, conclude
from smartrules.expr.nodes import Name
from smartrules.outcome import MET, UNDETERMINED
from smartrules.units import PERCENT
from smartrules.values import Quantity, quantity

_EDITION = sr.load("shandong-smart-community@2022").edition
_LEAF = Derivation(Name("part"), 7)

#: The class, the function, and arguments for every field.
_SEALED: list[tuple[type, Callable[..., Any], tuple[Any, ...]]] = [
    (
        Derivation,
        conclude,
        (Name("it"), UNDETERMINED, (_LEAF,), (Missing("whole"),), Quantity(1, PERCENT), True, (0, None), "b3"),
    ),
    (Finding, find, (_EDITION, _EDITION.indicators[0], "basic", Derivation(Name("it"), MET), _LEAF)),
    (Quantity, quantity, (Fraction(7, 10), PERCENT)),
]
each = pytest.mark.parametrize(("kind", "make", "given"), _SEALED, ids=[kind.__name__ for kind, _, _ in _SEALED])


@each
def test_it_is_what_the_class_makes(kind: type, make: Callable[..., Any], given: tuple[Any, ...]) -> None:
    one, other = make(*given), kind(*given)
    assert type(one) is kind
    assert one == other
    assert repr(one) == repr(other)
    assert [getattr(one, field.name) for field in attrs.fields(kind)] == list(given)
    for changed in range(len(given)):
        name = attrs.fields(kind)[changed].name
        if attrs.fields(kind)[changed].eq:
            assert attrs.evolve(one, **{name: "another"}) != one, name


@each
def test_it_hashes_as_the_class_does(kind: type, make: Callable[..., Any], given: tuple[Any, ...]) -> None:
    assert hash(make(*given)) == hash(kind(*given))


@each
def test_it_takes_what_the_class_takes(kind: type, make: Callable[..., Any], given: tuple[Any, ...]) -> None:
    # A field that the class gets and the function does not would be missing on what the function makes.
    taken = {name: one.default for name, one in inspect.signature(make).parameters.items()}
    assert taken == {name: one.default for name, one in inspect.signature(kind).parameters.items()}
    assert list(taken) == [field.name for field in attrs.fields(kind)]


@each
def test_nothing_of_it_can_be_changed(kind: type, make: Callable[..., Any], given: tuple[Any, ...]) -> None:
    one = make(*given)
    for name in (*(field.name for field in attrs.fields(kind)), "anything_else"):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(one, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(one, name)
    assert not hasattr(one, "__dict__")
    assert one == kind(*given)


@each
def test_it_is_copied_and_stored_like_any(kind: type, make: Callable[..., Any], given: tuple[Any, ...]) -> None:
    one = make(*given)
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert type(again) is kind
        assert again == one

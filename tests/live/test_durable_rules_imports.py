"""How the C module of durable_rules is imported, and threads."""

import os
import sys
import threading

import pytest

from .extension import Rules, child, mended

PLAIN = "import os, sys\nsys.setdlopenflags({flags})\nimport durable_rules_engine\nprint('imported')"
GONE = sys.version_info >= (3, 13)


def test_python_binds_every_symbol_as_it_imports() -> None:
    done = child("import sys; print(sys.getdlopenflags())", preamble="")
    assert done.stdout == f"{os.RTLD_NOW}\n"


def test_the_module_is_imported_where_symbols_are_bound_as_they_are_called() -> None:
    assert child(PLAIN.format(flags="os.RTLD_LAZY"), preamble="").stdout == "imported\n"


@pytest.mark.skipif(not GONE, reason="Python has PyEval_CallObject until 3.13")
def test_the_module_is_not_imported_plainly_from_python_3_13_on() -> None:
    done = child("import durable_rules_engine", preamble="")
    assert done.returncode == 1, mended("its import on Python 3.13", "that binds its symbols lazily")
    assert "ImportError" in done.stderr
    assert "PyEval_CallObject" in done.stderr


@pytest.mark.skipif(GONE, reason="Python has PyEval_CallObject until 3.13")
def test_the_module_is_imported_plainly_until_python_3_12() -> None:
    assert child(PLAIN.format(flags="os.RTLD_NOW"), preamble="").stdout == "imported\n"


@pytest.mark.skipif(not GONE, reason="Python has PyEval_CallObject until 3.13")
def test_a_callback_ends_the_process_from_python_3_13_on() -> None:
    # The five set_…_callback functions are all that call the symbol that is gone.
    called = """
handle = engine.create_ruleset("rules", rules(rule={"x": 0}))
engine.set_store_message_callback(handle, lambda *told: 0)
tell(handle, x=0)
"""
    died = child(called)
    assert died.returncode != 0, mended("its callbacks on Python 3.13", "that binds its symbols lazily")
    assert "PyEval_CallObject" in died.stderr


def test_an_action_of_two_parameters_never_completes_and_keeps_the_session() -> None:
    acting = """
from durable.engine import Promise
from durable.lang import assert_fact, m, ruleset, when_all
print(Promise(lambda c: None)._sync, Promise(lambda c, done: None)._sync)
with ruleset("two"):
    @when_all(m.x == 1)
    def first(c, more=None):
        print("first")
    @when_all(m.x >= 1)
    def second(c):
        print("second")
assert_fact("two", {"x": 1})
"""
    assert child(acting).stdout == "True False\nfirst\n", mended(
        "actions of two parameters", "that calls durable_rules_engine itself"
    )


def test_an_exception_in_an_action_is_put_into_the_state_and_not_raised() -> None:
    acting = """
from durable.lang import assert_fact, get_state, m, ruleset, when_all
with ruleset("failing"):
    @when_all(m.x == 1)
    def act(c):
        raise ValueError("lost")
assert_fact("failing", {"x": 1})
print(get_state("failing")["exception"][:21])
"""
    assert child(acting).stdout == "exception caught lost\n", mended(
        "exceptions in actions", "that calls durable_rules_engine itself"
    )


@pytest.mark.parametrize("shared", [False, True])
def test_threads_with_rulesets_of_their_own_or_one_under_a_lock_do_not_disturb_each_other(shared: bool) -> None:
    # Nothing in the module releases the GIL, so that one call is never amid another; a lock keeps a firing whole.
    rounds, lock = 1_000, threading.Lock()
    one = Rules({f"rule {x}": {"x": x} for x in range(8)})
    fired: list[list[object]] = [[] for _ in range(4)]

    def work(number: int) -> None:
        rules = one if shared else Rules({f"rule {x}": {"x": x} for x in range(8)})
        for turn in range(rounds):
            with lock if shared else threading.Lock():
                if rules.tell(sid=f"thread {number}", id=str(turn), x=turn % 10) == 0:
                    fired[number] += rules.fired()
                    rules.retract(sid=f"thread {number}", id=str(turn))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    expected = [(f"rule {turn % 10}", str(turn)) for turn in range(rounds) if turn % 10 < 8]
    assert fired == [expected] * 4
    one.close()

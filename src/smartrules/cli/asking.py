"""Asking for what a call leaves open: on a terminal by questions, else by what is usual."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import typer
from attrs import frozen

from smartrules.cli.printing import print_error
from smartrules.diagnostics import Fault, SmartrulesError
from smartrules.values import Language

#: The answers so far, by the keys of their questions.
Known = Mapping[str, Any]
Texts = tuple[str, ...]

_LEFT_OUT = "-"
_INTRODUCTION = {
    "zh": f"方括号里的是默认值，按回车即采用；`{_LEFT_OUT}` 表示不写这一项。Ctrl-C 退出，什么也不会写入。",
    "en": f"Press Enter for what stands in brackets; `{_LEFT_OUT}` leaves an answer out. Ctrl-C ends it, and nothing is written.",
}
_ENDED = {"zh": "\n什么也没有写入", "en": "\nnothing is written"}


def _always(_: Known) -> bool:
    return True


@frozen(kw_only=True)
class Question:
    """Something that a call may say by an option, and is asked for otherwise.

    Attributes:
        key: what the answer is called.
        words: the question, in a few words, by language.
        why: what the answer is for, on one line, by language.
        read: makes the answer of its texts and the answers so far; it raises a `Fault` or `SmartrulesError` where they
            are none.
        usual: the texts where nothing is said, by the answers so far; empty where there is no usual answer.
        may_be_left_out: whether no text is an answer.
        between: a pattern of what stands between the texts of one line; None where the line is one text.
        joint: what joins the usual texts on one line.
        wanted: whether the question arises at all, by the answers so far.
    """

    key: str
    words: Mapping[Language, str]
    why: Mapping[Language, str]
    read: Callable[[Texts, Known], object]
    usual: Callable[[Known], Texts]
    may_be_left_out: bool = True
    between: str | None = None
    joint: str = " "
    wanted: Callable[[Known], bool] = _always

    def answer(self, texts: Iterable[str], known: Known) -> object:
        """Return the answer that some texts are.

        Raises:
            SmartrulesError: where they are none.
        """
        try:
            return self.read(tuple(text for text in texts if text.strip() or not self.may_be_left_out), known)
        except Fault as fault:
            raise SmartrulesError.of(fault.code, fault.message, fault.help) from None


def answers(questions: Sequence[Question], given: Mapping[str, Texts], language: Language) -> dict[str, Any]:
    """Return the answers of all questions: those that a call gives, then those asked for, or the usual ones.

    Raises:
        SmartrulesError: with every fault of what the call gives, before anything is asked.
        typer.Abort: where the person ends the questions.
    """
    known: dict[str, Any] = {}
    faults: list[SmartrulesError] = []
    for question in questions:
        if question.key in given:
            try:
                known[question.key] = question.answer(given[question.key], known)
            except SmartrulesError as error:
                faults.append(error)
    if faults:
        raise SmartrulesError(diagnostic for error in faults for diagnostic in error.diagnostics)
    open_ = [question for question in questions if question.key not in known]
    if not on_terminal():
        for question in open_:
            if question.wanted(known):
                known[question.key] = question.answer(question.usual(known), known)
        return known
    if open_:
        typer.echo(_INTRODUCTION[language], err=True)
    for question in open_:
        if question.wanted(known):
            known[question.key] = _asked(question, known, language)
    return known


def _asked(question: Question, known: Known, language: Language) -> object:
    """Return what a person answers to a question, which is put again until it can be used."""
    usual = question.usual(known)
    shown = question.joint.join(usual)
    typer.echo(f"\n{question.why[language]}", err=True)
    while True:
        line = _line(question, shown, language)
        texts = usual if line == shown else _texts(question, line)
        try:
            return question.answer(texts, known)
        except SmartrulesError as error:
            print_error(error)


def _line(question: Question, shown: str, language: Language) -> str:
    """Return the line that a person writes, or what is shown as usual where it is empty."""
    default = shown or ("" if question.may_be_left_out else None)
    try:
        return str(typer.prompt(question.words[language], default=default, show_default=bool(shown), err=True))
    except typer.Abort:
        typer.echo(_ENDED[language], err=True)
        raise


def _texts(question: Question, line: str) -> Texts:
    if question.may_be_left_out and line.strip() == _LEFT_OUT:
        return ()
    if question.between is None:
        return (line,)
    return tuple(text for text in re.split(question.between, line) if text.strip())


def on_terminal() -> bool:
    """Return whether a person can be asked: both what is read and where questions are put are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))

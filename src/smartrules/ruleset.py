"""A ruleset as a host application uses it: one edition, ready to read facts and to assess them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from smartrules.assessment import JSON_VERSION, Assessment, Finding, TierAssessment
from smartrules.derivation import Derivation
from smartrules.diagnostics import (
    AssessmentError,
    Diagnostic,
    NotFoundError,
    did_you_mean,
    one_of,
    shorten,
)
from smartrules.documents.facts import read_facts_bytes, read_facts_file, read_facts_mapping
from smartrules.engines import assessing, columns, exact
from smartrules.expr.nodes import Name
from smartrules.facts import Facts
from smartrules.outcome import Outcome
from smartrules.record import decode_derivation, decode_facts
from smartrules.showing import html
from smartrules.standard import Edition, Indicator, Tier

if TYPE_CHECKING:
    from types import ModuleType

    from smartrules.engines.columns.checking import CheckedFrame
    from smartrules.engines.compiled import Program


@frozen
class Ruleset:
    """One edition of a standard, ready to use; immutable, and safe to share between threads.

    Attributes:
        edition: the model: tiers, groups, facts, measures and indicators.
        fingerprint: the SHA-256 of the canonical form, which every assessment carries.
    """

    edition: Edition = field(repr=False)
    fingerprint: str = field(repr=False)
    name: str = field(init=False)

    _repr_html_ = html

    @name.default
    def _name(self) -> str:
        return self.edition.name

    def facts(self, facts: str | PathLike[str] | Mapping[str, Any] | Facts) -> Facts:
        """Return a community's facts, every one checked against its declaration.

        Args:
            facts: the path of a YAML or JSON document or of a filled form (.xlsx), a mapping in the shape of that
                document, or a plain mapping of fact ids to values. A number with a unit is a text, ``"6.3 km^2"``; a count may be bare; a set is a list
                or set of member ids; what is not known is left out or None.

        Raises:
            FactsError: with all diagnostics: unknown facts, wrong kinds, units and members, values out of range.
        """
        if isinstance(facts, Facts):
            if facts.edition != self.name:
                raise AssessmentError.of(
                    "SR514",
                    f"these facts were read for `{facts.edition}`, the ruleset is `{self.name}`",
                    "read them again with `ruleset.facts`",
                )
            return facts
        if isinstance(facts, Mapping):
            return read_facts_mapping(self.edition, facts, disagreements=exact.disagreements)
        if not isinstance(facts, str | PathLike):
            raise TypeError(
                f"facts are given as a path, a mapping or `Facts`, not as {type(facts).__name__}: "
                "`read_facts` reads the text or the bytes of a document"
            )
        return read_facts_file(self.edition, Path(facts), disagreements=exact.disagreements)

    def read_facts(self, text: str | bytes | bytearray | memoryview, *, name: str | None = None) -> Facts:
        """Return a community's facts from the text of a YAML or JSON document, or the bytes of a form, such as an upload.

        Args:
            text: the document, as text or as UTF-8 bytes; or the bytes of a filled form (.xlsx).
            name: what messages call it.

        Raises:
            FactsError: with all diagnostics, as `facts`.
        """
        if not isinstance(text, str | bytes | bytearray | memoryview):
            raise TypeError(f"`read_facts` takes text or bytes, not {type(text).__name__}")
        content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
        return read_facts_bytes(self.edition, content, name, disagreements=exact.disagreements)

    def assess(self, facts: str | PathLike[str] | Mapping[str, Any] | Facts) -> Assessment:
        """Return what the edition says of a community, tier by tier, with every reason.

        Args:
            facts: as `facts` takes them.

        Raises:
            FactsError: as `facts`.
        """
        return assessing.assess(self.edition, self.fingerprint, self.facts(facts))

    def outcomes(self, facts: str | PathLike[str] | Mapping[str, Any] | Facts) -> dict[str, dict[str, Outcome]]:
        """Return the outcomes alone, by tier, then by indicator.

        Raises:
            FactsError: as `facts`.
        """
        return self._program.outcomes(self.facts(facts))

    def frame(
        self,
        frame: Any,
        *,
        tiers: Iterable[str] | None = None,
        key: str | None = None,
        collections: Mapping[str, Any] | None = None,
        on: date | None = None,
        absent: Iterable[str] = (),
    ) -> CheckedFrame:
        """Return a frame of communities, every column checked against the declarations.

        A count, quantity, share, rate, flag, choice or date is one column named by its id, numbers in the declared unit;
        a set is one column of booleans a member, ``scenarios.childcare``, or one of lists; a stated measure is a column
        named by the measure. Null is missing.

        Args:
            frame: of Polars (eager or lazy), pandas, PyArrow, DuckDB, Dask or PySpark.
            tiers: the ids of the tiers that will be asked; by default all.
            key: the column of the communities' ids, where there are collections.
            collections: of each collection the frame of its members, with the key of their community. Of a community
                without members there nothing is known, unless the frame has a column of the collection's name, which
                says how many members each has: 0 is none, null is not known.
            on: the day for which the facts of all rows hold, where no column ``on`` says it.
            absent: the facts and collections that the frame says nothing of, and that are therefore known of none.

        Raises:
            FrameError: with all diagnostics: missing and wrong columns, values that are not finite, out of range, or
                finer than their step, each with how many rows have it and the first of them.
            MissingExtraError: where what frames need is not installed.
            NotFoundError: for a tier that the edition does not have.
        """
        engine = _columns()
        asked = [level.id for level in self.edition.tiers] if tiers is None else _listed(tiers)
        for name in asked:
            self.edition.tier(name)
        checked: CheckedFrame = engine.check(self.edition, frame, asked, key, collections or {}, on, _listed(absent))
        return checked

    def assess_frame(
        self,
        frame: Any,
        *,
        tiers: Iterable[str] | None = None,
        codes: bool = False,
        measures: bool = False,
        margins: bool = False,
    ) -> Any:
        """Return a frame of the same kind, with the outcomes of every row beside the columns that it has.

        The columns are ``<tier>.<indicator>`` and ``<tier>``, the outcomes as `outcomes` says them; ``tier``, the highest
        tier reached with all below it, null where none is; and ``problems``, what in a row contradicts the declarations
        (a part over its whole), null where nothing does. The outcomes of such a row are undetermined. A lazy frame stays
        lazy.

        Args:
            frame: what `frame` takes, or what it returned.
            tiers: as `frame` takes them; by default those that the frame was checked for.
            codes: whether outcomes are small integers (0 not met, 1 met, 2 not applicable, 3 undetermined) and ``tier``
                the place of the tier, counted from 0; else they are words, of an enumeration where the frame has those.
            measures: whether the measures are there, ``<measure>.value``, and the scores, ``<tier>.<score>``, as floats in
                the units of the standard.
            margins: whether the margins are there, ``<tier>.<indicator>.margin``, as floats in the unit of the threshold.

        Raises:
            FrameError: as `frame`, and for a rule that frames cannot decide exactly.
            MissingExtraError: where what frames need is not installed.
            NotFoundError: for a tier that the edition does not have.
        """
        engine = _columns()
        frame = self.checked(frame, tiers=tiers)
        return engine.assess(
            frame, None if tiers is None else _listed(tiers), codes=codes, measures=measures, margins=margins
        )

    def checked(self, frame: Any, *, tiers: Iterable[str] | None = None, **given: Any) -> CheckedFrame:
        """Return a frame that was checked for this edition as it is, and check any other as `frame` does.

        Args:
            frame: what `frame` takes, or what it returned.
            tiers: as `frame` takes them, of a frame that was not checked.
            given: what else `frame` takes, of a frame that was not checked.

        Raises:
            AssessmentError: SR514 for a frame that was checked for another edition.
            FrameError: as `frame`.
            MissingExtraError: as `frame`.
            NotFoundError: as `frame`.
        """
        if not isinstance(frame, _columns().CheckedFrame):
            return self.frame(frame, tiers=tiers, **given)
        found: CheckedFrame = frame
        if found.edition != self.edition:
            raise AssessmentError.of(
                "SR514",
                f"this frame was checked for `{found.edition.name}`, the ruleset is `{self.name}`",
                "check it again with `ruleset.frame`",
            )
        return found

    @cached_property
    def _program(self) -> Program:
        from smartrules.engines.compiled import compile_program  # what only assesses need not pay for it

        return compile_program(self.edition)

    def indicator(self, name: str) -> Indicator:
        """Return an indicator by its id or its number.

        Raises:
            NotFoundError: where there is none.
        """
        known = self.edition.indicator_by_id
        if name in known:
            return known[name]
        for indicator in self.edition.indicators:
            if indicator.number == name:
                return indicator
        by_title = next((i.id for i in self.edition.indicators if name in (i.title.zh, i.title.en)), None)
        hint = f"did you mean `{by_title}`?" if by_title else did_you_mean(name, known)
        message = f"`{self.name}` has no indicator `{shorten(name)}`"
        raise NotFoundError.of("SR603", message, hint or f"it has {one_of(list(known), 22)}".replace(" or ", " and "))

    def in_force(self, on: date) -> bool:
        """Return whether the edition is in force on a day."""
        since, until = self.edition.effective_from, self.edition.effective_until
        return (since is None or since <= on) and (until is None or on <= until)

    def read_assessment(self, text: str) -> Assessment:
        """Return the assessment that `Assessment.to_json` wrote.

        Raises:
            AssessmentError: where the text is no assessment, or belongs to another ruleset or another edition of it.
        """
        try:
            plain = json.loads(text)
            if plain["format"] != "smartrules-assessment" or plain["version"] != JSON_VERSION:
                raise ValueError("another format or version")
            stated = plain["ruleset"]
            same = stated.get("fingerprint") == self.fingerprint
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _unreadable(error) from None
        if not same:
            raise AssessmentError.of(
                "SR605",
                f"the assessment was made with `{stated.get('standard')}@{stated.get('edition')}`, "
                f"fingerprint {shorten(str(stated.get('fingerprint')), 12)}; this is `{self.name}`, "
                f"fingerprint {shorten(self.fingerprint, 12)}",
                "load the ruleset with which it was made",
            )
        try:
            return self._decode(plain)
        except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError, RecursionError) as error:
            raise _unreadable(error) from None

    def _decode(self, plain: Mapping[str, Any]) -> Assessment:
        edition = self.edition
        tiers = []
        for level, part in zip(edition.tiers, plain["tiers"], strict=True):
            if part["tier"] != level.id:
                raise ValueError(f"the tier `{part['tier']}` stands where `{level.id}` should")
            rules = edition.rules(level.id)
            findings = {}
            for found in part["findings"]:
                name = found["indicator"]
                indicator = edition.indicator_by_id[name]
                derivation = decode_derivation(found["derivation"], rules[name], edition)
                findings[name] = Finding(
                    edition, indicator, level.id, derivation, _decode_earned(found, indicator, edition)
                )
            if list(findings) != list(rules):
                raise ValueError(f"the findings of the tier `{level.id}` are not those of the ruleset")
            tiers.append(_decode_tier(part, level, findings, edition))
        return Assessment(edition, self.fingerprint, decode_facts(edition, plain), tuple(tiers))


def _listed(names: Iterable[str]) -> list[str]:
    """Return names as a list; a text is one name, not its letters."""
    return [names] if isinstance(names, str) else list(names)


def _columns() -> ModuleType:
    """Return the columns engine as a ruleset calls it."""
    return columns.part("frames")


def _decode_earned(plain: Mapping[str, Any], indicator: Indicator, edition: Edition) -> Derivation | None:
    formula = None if indicator.points is None else indicator.points.value
    return None if formula is None else decode_derivation(plain["earned"], formula, edition)


def _decode_tier(
    plain: Mapping[str, Any], level: Tier, findings: Mapping[str, Finding], edition: Edition
) -> TierAssessment:
    ruled, scores = None, {}
    if level.known:
        if level.rule is not None:
            ruled = decode_derivation(plain["rule"], level.rule, edition.graded)
        asked = {score.id: Name(score.id) for score in edition.scores}
        scores = {name: decode_derivation(plain["scores"][name], node, edition.graded) for name, node in asked.items()}
    return TierAssessment(edition, level, Outcome(plain["outcome"]), findings, ruled, scores)


def _unreadable(error: Exception) -> AssessmentError:
    return AssessmentError(
        [Diagnostic("SR605", f"this is no assessment: {shorten(str(error) or type(error).__name__)}")]
    )

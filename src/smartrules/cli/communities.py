"""Commands over a file of communities, one row each: ``assess`` with such a file, ``impact``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import evolve, field, frozen
from rich.markup import escape

from smartrules import catalog
from smartrules.analysis import impacts
from smartrules.analysis.thresholds import read_values, with_threshold
from smartrules.cli.app import REACHED, Format, LangOption, language_of
from smartrules.cli.printing import say, table_of
from smartrules.cli.progress import shown_progress
from smartrules.cli.reading import is_form_file
from smartrules.diagnostics import Diagnostic, Fault, FrameError, NotFoundError, one_of
from smartrules.engines import columns
from smartrules.engines.columns.counts import Counts
from smartrules.reports import communities as report
from smartrules.reports.overviews.overview import Overview, overview
from smartrules.ruleset import Ruleset
from smartrules.values import Language, read_date

KeyOption = Annotated[
    str | None, typer.Option("--key", metavar="ID", help="Of a file: the column of the communities' ids.")
]
CollectionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--collection",
        metavar="NAME=FILE",
        help="Of a file: the members of a collection, one row each, with the key of their community; repeatable.",
    ),
]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="Of a file: the day for which the facts of all rows hold.")
]
AbsentOption = Annotated[
    list[str] | None,
    typer.Option(
        "--absent",
        metavar="FACT",
        help="Of a file: a fact or collection that it says nothing of, and that is not known of anybody; repeatable.",
    ),
]
TierOption = Annotated[str | None, typer.Option("--tier", metavar="TIER", help="The only tier that is compared.")]


@frozen
class Options:
    """How a call says a file is to be read.

    Attributes:
        key: the column of the communities' ids.
        collections: the file of each collection's members.
        on: the day for which the facts of all rows hold.
        absent: what the file says nothing of.
    """

    key: str | None = None
    collections: Mapping[str, Path] = field(factory=dict)
    on: date | None = None
    absent: tuple[str, ...] = ()

    @classmethod
    def read(
        cls, key: str | None, collections: Sequence[str] | None, on: str | None, absent: Sequence[str] | None
    ) -> Options:
        """Return the options as they were written.

        Raises:
            typer.BadParameter: for one that cannot be read.
        """
        files = {}
        for one in collections or ():
            name, equals, file = one.partition("=")
            if not (name and equals and file):
                raise typer.BadParameter(f"`{one}` is not `NAME=FILE`", param_hint="'--collection'")
            files[name] = Path(file)
        try:
            day = None if on is None else read_date(on)
        except Fault as fault:
            raise typer.BadParameter(f"{fault.message}: {fault.help}", param_hint="'--on'") from None
        return cls(key, files, day, tuple(absent or ()))


def is_file_of_communities(name: str) -> bool:
    """Return whether a file is one of communities, by its ending; a workbook may be the form of one community instead."""
    path = Path(name)
    ending = path.suffix.lower()
    return ending in columns.ENDINGS and not (ending == ".xlsx" and is_form_file(path))


def assess_file(
    file: Path,
    ruleset: Ruleset,
    out: Path | None,
    options: Options,
    *,
    tier: str | None,
    codes: bool,
    measures: bool,
    margins: bool,
    form: Format,
    language: Language,
) -> int:
    """Assess a file of communities into another file, or count the outcomes where none is named."""
    engine, counting = columns.part("files"), columns.part("counting")
    tiers = None if tier is None else [tier]
    sources = [file, *options.collections.values()]
    if out is not None:
        engine.check_writable(out, sources)
    with _in_the_words_of_the_command(), shown_progress() as progress:
        progress.begin(f"reading {file}")
        with _opened(engine, file, [ruleset], tiers, options, progress.at) as (frame, members):
            checked = ruleset.frame(
                frame, tiers=tiers, key=options.key, collections=members, on=options.on, absent=options.absent
            )
            progress.begin("deciding", checked.rows)
            counter = counting.Counter(checked, progress.at)
            assessed = ruleset.assess_frame(checked, codes=codes, measures=measures, margins=margins)
            if out is None:
                counter.run(assessed)
            else:
                engine.write(counter.over(assessed), out, sources=sources)
    _print_counts(ruleset, counter.counts, out, form, language)
    return REACHED


def overview_of(file: Path, ruleset: Ruleset, options: Options, *, tiers: Sequence[str] | None) -> Overview:
    """Return the overview of a file of communities."""
    with _asked(file, [ruleset], tiers, options) as (frame, given):
        return overview(ruleset, frame, **given)


def _print_counts(ruleset: Ruleset, counts: Counts, out: Path | None, form: Format, language: Language) -> None:
    edition = ruleset.edition
    if form is Format.JSON:
        say(
            json.dumps(
                {"ruleset": ruleset.name, "fingerprint": ruleset.fingerprint, **counts.as_plain()},
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    if out is None:
        _print_table(report.counts_table(edition, counts, language))
        say("")
    else:
        say(f"{out}: {ruleset.name}")
    for line in report.counts_lines(edition, counts, language):
        say(line)


def impact(
    rulesets: Annotated[
        list[str],
        typer.Argument(
            metavar="RULESET [NEW] FILE",
            help="A ruleset and another one, or one with --set or --sweep; then a file of communities.",
        ),
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=QUANTITY",
            help="Another threshold of a fact, measure or score, such as gigabit_coverage=75%; repeatable.",
        ),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            "--sweep", metavar="NAME=LOW..HIGH:STEP", help="Many thresholds, such as gigabit_coverage=60%..90%:5%."
        ),
    ] = None,
    tier: TierOption = None,
    key: KeyOption = None,
    collection: CollectionOption = None,
    on: OnOption = None,
    absent: AbsentOption = None,
    examples: Annotated[int, typer.Option("--examples", min=0, max=1000, help="How many communities are shown.")] = 5,
    form: Annotated[Format, typer.Option("--format", help="What is printed.")] = Format.TEXT,
    lang: LangOption = None,
) -> int:
    """Say how many communities another edition or threshold decides otherwise, and which are the first of them.

    \b
      smartrules impact OLD NEW communities.parquet
      smartrules impact RULESET communities.csv --set gigabit_coverage=75%
      smartrules impact RULESET communities.csv --sweep gigabit_coverage=60%..90%:5%
    """
    alone = bool(settings) or sweep is not None
    if len(rulesets) != (2 if alone else 3):
        what = "RULESET FILE with --set or --sweep" if alone else "OLD NEW FILE, or RULESET FILE with --set or --sweep"
        raise typer.BadParameter(f"name {what}", param_hint="RULESET [NEW] FILE")
    if settings and sweep is not None:
        raise typer.BadParameter("--set and --sweep do not go together", param_hint="'--sweep'")
    options, language = Options.read(key, collection, on, absent), language_of(lang)
    file, old = Path(rulesets[-1]), catalog.load(rulesets[0])
    check_communities(rulesets[-1])
    tiers = None if tier is None else [tier]
    if sweep is not None:
        return _sweep(old, file, *_named(sweep, "--sweep"), options, tiers, form, language)
    new = old if alone else catalog.load(rulesets[1])
    for setting in settings or ():
        new = with_threshold(new, *_named(setting, "--set"))
    found = impact_of(file, old, new, options, tiers=tiers, examples=examples)
    if form is Format.JSON:
        say(found.to_json(indent=2))
        return REACHED
    print_impact(found, language)
    return REACHED


def check_communities(name: str) -> None:
    """Refuse a file that is none of communities, by its ending.

    Raises:
        NotFoundError: SR114 for another file.
    """
    if not is_file_of_communities(name):
        hint = f"name a file that ends in {one_of(columns.ENDINGS)}"
        raise NotFoundError.of("SR114", f"`{name}` is no file of communities", hint)


def impact_of(
    file: Path, old: Ruleset, new: Ruleset, options: Options, *, tiers: Sequence[str] | None, examples: int
) -> impacts.Impact:
    """Return how many communities of a file another edition decides otherwise."""
    with _asked(file, [old, new], tiers, options) as (frame, given):
        return impacts.impact(old, new, frame, examples=examples, **given)


def print_impact(found: impacts.Impact, language: Language) -> None:
    """Print how many communities are decided otherwise, in which way, and the first of them."""
    for line in report.impact_lines(found, language):
        say(line)
    table = report.impact_table(found, language)
    if table.rows:
        say("")
        _print_table(table)
    for line in report.example_lines(found, language):
        say(line)


def _sweep(
    ruleset: Ruleset,
    file: Path,
    name: str,
    written: str,
    options: Options,
    tiers: Sequence[str] | None,
    form: Format,
    language: Language,
) -> int:
    values = read_values(written)
    with_threshold(ruleset, name, values[0])  # refused before anything is read
    with _asked(file, [ruleset], tiers, options) as (frame, given):
        found = impacts.sweep(ruleset, frame, name, values, **given)
    if form is Format.JSON:
        say(found.to_json(indent=2))
        return REACHED
    for line in report.sweep_lines(found, language):
        say(line)
    _print_table(report.sweep_table(found, language))
    return REACHED


def _named(written: str, option: str) -> tuple[str, str]:
    name, equals, quantity = written.partition("=")
    if not (name.strip() and equals and quantity.strip()):
        raise typer.BadParameter(f"`{written}` is not `NAME=…`", param_hint=f"'{option}'")
    return name.strip(), quantity.strip()


@contextmanager
def _asked(
    file: Path, rulesets: Sequence[Ruleset], tiers: Sequence[str] | None, options: Options
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Open a file of communities, and say beside it the arguments that whoever asks a frame takes."""
    engine = columns.part("files")
    with _in_the_words_of_the_command(), shown_progress() as progress:
        progress.begin(f"reading {file}")
        with _opened(engine, file, rulesets, tiers, options, progress.at) as (frame, members):
            progress.begin("deciding")
            given = {"key": options.key, "collections": members, "on": options.on, "absent": options.absent}
            yield frame, {"tiers": tiers, **given}


def _opened(
    engine: Any,
    file: Path,
    rulesets: Sequence[Ruleset],
    tiers: Sequence[str] | None,
    options: Options,
    seen: Callable[[int], None],
) -> Any:
    editions = [one.edition for one in rulesets]
    return engine.opened(file, editions, tiers=tiers, key=options.key, collections=options.collections, seen=seen)


def _print_table(found: report.Table) -> None:
    table = table_of(found.headings)
    for row in found.rows:
        table.add_row(*(escape(cell) for cell in row))
    say(table)


# --- faults --------------------------------------------------------------------------------------------------------


@contextmanager
def _in_the_words_of_the_command() -> Iterator[None]:
    """Say the remedies of a frame as the options of the command."""
    try:
        yield
    except FrameError as error:
        raise FrameError(evolve(one, help=_as_options(one)) for one in error.diagnostics) from None


def _as_options(fault: Diagnostic) -> str:
    remedy = re.sub(r'`absent=\["(.+?)"\]`', r"`--absent \1`", fault.help)
    remedy = re.sub(r'`collections=\{"(.+?)": frame\}`', r"`--collection \1=FILE`", remedy)
    return re.sub(r'`key="(.+?)"`', r"`--key \1`", remedy)

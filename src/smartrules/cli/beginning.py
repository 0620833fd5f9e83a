"""Beginning a ruleset: ``new``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from smartrules import catalog
from smartrules.analysis.placing import doubtful_placing
from smartrules.authoring.answers import (
    DEFAULT_TIERS,
    Answers,
    read_aliases,
    read_line,
    read_name,
    read_tiers,
    usual_day,
    usual_title,
)
from smartrules.authoring.folder import refuse_existing, write_folder
from smartrules.authoring.skeleton import EXAMPLE, RULESET, skeleton
from smartrules.authoring.supplement import supplement
from smartrules.cli.app import REACHED, LangOption, language_of
from smartrules.cli.asking import Known, Question, Texts, answers, on_terminal
from smartrules.cli.printing import print_diagnostic, say
from smartrules.diagnostics import Fault, shorten
from smartrules.ruleset import Ruleset
from smartrules.standard import Title
from smartrules.values import Language, read_date

_FOLDER = "rulesets"


def new(
    standard: Annotated[
        str | None, typer.Argument(metavar="STANDARD", help="The name of the standard, such as green-community.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option("--edition", metavar="EDITION", help="The edition; by default this year.")
    ] = None,
    extends: Annotated[
        str | None,
        typer.Option("--extends", metavar="RULESET", help="Begin a supplement to this ruleset: standard@edition."),
    ] = None,
    title_zh: Annotated[str | None, typer.Option("--title-zh", metavar="TITLE", help="Its title in Chinese.")] = None,
    title_en: Annotated[str | None, typer.Option("--title-en", metavar="TITLE", help="Its title in English.")] = None,
    tier: Annotated[
        list[str] | None,
        typer.Option("--tier", metavar="TIER", help="A tier by its id; once for each, lowest first."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="DOCUMENT", help="The number of the document that the edition is.")
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option("--alias", metavar="NAME", help="Another name of the standard; by default the document's number."),
    ] = None,
    from_date: Annotated[
        str | None,
        typer.Option("--from-date", metavar="DATE", help="The first day in force; by default of the edition's year."),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option("--folder", metavar="FOLDER", help=f"Where rulesets are kept; by default `{_FOLDER}`."),
    ] = None,
    lang: LangOption = None,
) -> int:
    """Begin a ruleset: a small one that passes every check, with cases and an example, to be changed into the real one.

    On a terminal it asks for what the call leaves open. It never overwrites anything.
    """
    language = language_of(lang)
    if extends and tier:
        raise typer.BadParameter("a ruleset that extends another has its tiers", param_hint="--tier")
    if standard is None and not on_terminal():
        raise typer.BadParameter("name the standard: `smartrules new green-community`", param_hint="STANDARD")
    given = {
        key: texts
        for key, texts in (
            ("standard", _texts(standard)),
            ("edition", _texts(edition)),
            ("extends", _texts(extends)),
            ("title_zh", _texts(title_zh)),
            ("title_en", _texts(title_en)),
            ("tiers", _texts(tier)),
            ("source", _texts(source)),
            ("aliases", _texts(alias)),
            ("effective_from", _texts(from_date)),
            ("folder", _texts(folder)),
        )
        if texts is not None
    }
    found = answers(_QUESTIONS, given, language)
    base: Ruleset | None = found.pop("extends")
    place = found.pop("folder") / found["standard"] / found["edition"]
    title = Title(found.pop("title_zh"), found.pop("title_en"))
    said = Answers(**found, title=title, language=language)
    documents = skeleton(said) if base is None else supplement(said, base.edition)
    write_folder(place, documents)
    _report(place, documents, said, language)
    for warning in doubtful_placing(place / RULESET, catalog.load_file(place / RULESET).edition):
        print_diagnostic(warning)
    return REACHED


def _texts(given: str | list[str] | None) -> Texts | None:
    return (given,) if isinstance(given, str) else tuple(given) if given else None


# --- what is written, and what comes next --------------------------------------------------------------------------

_WRITTEN = {"zh": "已写入：", "en": "written:"}
_NEXT = {
    "zh": "接下来，把例子换成标准的内容，每改一处检查一遍：",
    "en": "next, change the examples into what the standard says, and check each change:",
}
_BY_NAME = {
    "zh": "设置环境变量 SMARTRULES_PATH={folder}，就可以用名称 {name} 代替路径",
    "en": "with SMARTRULES_PATH={folder} in the environment every command finds it by its name, {name}",
}


def _report(place: Path, documents: Mapping[str, str], said: Answers, language: Language) -> None:
    """Print what was written, and the commands that an author runs next."""
    ruleset, example = (_word(place / name) for name in (RULESET, EXAMPLE))
    folder = _word(place.parent.parent.absolute())
    say(_WRITTEN[language])
    for name in documents:
        say(f"  {place / name}")
    say(_NEXT[language])
    say(f"  smartrules check {ruleset}")
    say(f"  smartrules test --cover {ruleset}")
    say(f"  smartrules show {ruleset}")
    say(f"  smartrules assess {example} -r {ruleset}")
    say(_BY_NAME[language].format(folder=folder, name=said.name))


def _word(path: Path) -> str:
    """Return a path as one word of a command line."""
    return str(path) if re.fullmatch(r"[\w@%+=:,./-]+", str(path)) else shlex.quote(str(path))


# --- the questions -------------------------------------------------------------------------------------------------


def _one(texts: Texts, what: str) -> str | None:
    """Return the one text of an answer that may be left out."""
    return read_line(texts[0], what) if texts else None


def _refuse_taken(known: Known) -> None:
    """Make sure that what is begun has a name and a place of its own, as far as both are known.

    Raises:
        Fault: SR615 where something has them.
    """
    standard, edition, folder = (known.get(key) for key in ("standard", "edition", "folder"))
    if standard is None or edition is None:
        return
    if folder is not None:
        refuse_existing(folder / standard / edition)
    name = f"{standard}@{edition}"
    if any(entry.name == name for entry in catalog.entries()):
        hint = f"choose another name or edition; `--extends {name}` begins one that changes a part of it"
        raise Fault("SR615", f"the catalog already has `{name}`", hint)


def _standard(texts: Texts, known: Known) -> str:
    name = read_name(texts[0], "a standard")
    _refuse_taken({**known, "standard": name})
    return name


def _edition(texts: Texts, known: Known) -> str:
    name = read_name(texts[0], "an edition")
    _refuse_taken({**known, "edition": name})
    return name


def _folder(texts: Texts, known: Known) -> Path:
    text = read_line(texts[0], "the folder")
    try:
        folder = Path(text).expanduser()
    except RuntimeError:  # nobody of that name has a home
        folder = Path(text)
    _refuse_taken({**known, "folder": folder})
    return folder


def _base(texts: Texts, _: Known) -> Ruleset | None:
    if not texts:
        return None
    name = texts[0].strip()
    if "@" not in name or "/" in name or "\\" in name:
        hint = "name a ruleset of the catalog with its edition: `shandong-smart-community@2022`"
        raise Fault("SR415", f"`{shorten(name)}` cannot be extended", hint)
    return catalog.load(name)


def _usual_title(known: Known, language: Language) -> Texts:
    title = usual_title(known["standard"])
    return _if_any(title.zh if language == "zh" else title.en)


def _if_any(text: str | None) -> Texts:
    return () if text is None else (text,)


_QUESTIONS = (
    Question(
        key="standard",
        words={"zh": "标准名称", "en": "standard"},
        why={
            "zh": "标准在目录中的名称，用字母（汉字也可以）、数字、`-`、`.`、`_`，如 green-community",
            "en": "the name of the standard in the catalog: letters, digits, `-`, `.` and `_`, such as green-community",
        },
        read=_standard,
        usual=lambda _: (),
        may_be_left_out=False,
    ),
    Question(
        key="edition",
        words={"zh": "版次", "en": "edition"},
        why={"zh": "标准的版本，通常是年份", "en": "the dated version of the standard, usually its year"},
        read=_edition,
        usual=lambda _: (str(date.today().year),),
        may_be_left_out=False,
    ),
    Question(
        key="extends",
        words={"zh": "沿用的规则", "en": "extends"},
        why={
            "zh": "在另一个规则的基础上增改的，写它的名称，如 shandong-smart-community@2022；独立的标准按回车",
            "en": "a ruleset that this one begins from, such as shandong-smart-community@2022; none for a standard of its own",
        },
        read=_base,
        usual=lambda _: (),
    ),
    Question(
        key="title_zh",
        words={"zh": "中文标题", "en": "title in Chinese"},
        why={"zh": "报告里的中文标题", "en": "the title that Chinese reports print"},
        read=lambda texts, _: _one(texts, "the Chinese title"),
        usual=lambda known: _usual_title(known, "zh"),
    ),
    Question(
        key="title_en",
        words={"zh": "英文标题", "en": "title in English"},
        why={"zh": "报告里的英文标题", "en": "the title that English reports print"},
        read=lambda texts, _: _one(texts, "the English title"),
        usual=lambda known: _usual_title(known, "en"),
    ),
    Question(
        key="tiers",
        words={"zh": "等级", "en": "tiers"},
        why={
            "zh": "各等级的名称（id），由低到高，用空格隔开；只有一级也可以",
            "en": "the ids of the tiers, lowest first, with blanks between; one is enough",
        },
        read=lambda texts, _: read_tiers(texts),
        usual=lambda _: DEFAULT_TIERS,
        may_be_left_out=False,
        between=r"[\s,，、;；]+",
        wanted=lambda known: known["extends"] is None,
    ),
    Question(
        key="source",
        words={"zh": "依据文件", "en": "source"},
        why={"zh": "标准的文号或文件名", "en": "the document that the edition is, by its number or name"},
        read=lambda texts, _: _one(texts, "the source"),
        usual=lambda _: (),
    ),
    Question(
        key="aliases",
        words={"zh": "别名", "en": "aliases"},
        why={
            "zh": "引用这个标准的其他名称，如文号，用分号隔开；每一个都可以代替标准名称",
            "en": "other names by which the standard is cited, with `;` between; each one finds it",
        },
        read=lambda texts, _: read_aliases(texts),
        usual=lambda known: _if_any(known["source"]),
        between=r"[;；]",
        joint="; ",
    ),
    Question(
        key="effective_from",
        words={"zh": "施行日期", "en": "in force from"},
        why={"zh": "这一版次施行的第一天", "en": "the first day on which the edition is in force"},
        read=lambda texts, _: read_date(texts[0]) if texts else None,
        usual=lambda known: _if_any(usual_day(known["edition"])),
    ),
    Question(
        key="folder",
        words={"zh": "文件夹", "en": "folder"},
        why={
            "zh": "存放规则的文件夹；其中会建立 标准名称/版次",
            "en": "the folder where rulesets are kept; a folder of the standard and the edition is made in it",
        },
        read=_folder,
        usual=lambda _: (_FOLDER,),
        may_be_left_out=False,
    ),
)

"""A ruleset to change: three invented indicators that show the usual shapes, the facts they ask for, and their cases.

Everything is a text made of the answers, file by file. The thresholds follow the tiers, so that each tier is stricter than
the one below it and every side of every threshold has its case.
"""

from __future__ import annotations

from collections.abc import Sequence

from smartrules.authoring.answers import Answers, title_of_tier
from smartrules.authoring.cases import case, case_file, share_cases
from smartrules.authoring.layout import document, languages, list_under, listed, mapped, mapping_under
from smartrules.authoring.wording import Wording, wording
from smartrules.documents.quoting import scalar
from smartrules.outcome import Outcome

RULESET, CASES, EXAMPLE = "ruleset.yaml", "cases/cases.yaml", "examples/example.yaml"

_GROUPS = """\
groups:
  environment: {zh: 环境, en: Environment}
  services: {zh: 服务, en: Services}"""

_FACTS = """\
facts:
  # 1
  households:
    count: household
    min: 1
    title: {zh: 家庭总数, en: number of households}
  sorting_households:
    count: household
    at_most: households
    title: {zh: 参与垃圾分类的家庭数, en: number of households that sort their waste}

  # 2
  lifts:
    count: lift
    title: {zh: 电梯总数, en: number of lifts}
  lifts_monitored:
    kind: flag
    title: {zh: 全部电梯已接入运行监测, en: every lift is under remote monitoring}

  # 3
  resident_services:
    set:
      meals: {zh: 助餐, en: meals}
      repairs: {zh: 维修, en: repairs}
      childcare: {zh: 托育, en: childcare}
      health: {zh: 健康, en: health care}
    title: {zh: 居民服务项目, en: services for residents}"""

_SERVICES = ("meals", "repairs", "childcare", "health")

_SHARE = """\
  waste_sorting:
    number: "1"
    group: environment
    title: {zh: 垃圾分类, en: Waste sorting}
    measures:
      sorting_share:
        value: sorting_households / households
        unit: "%"
        title: {zh: 垃圾分类参与率, en: share of households that sort their waste}
    require:"""

_FLAG = """\
  lift_monitoring:
    number: "2"
    group: services
    title: {zh: 电梯运行监测, en: Lift monitoring}
    applies: lifts >= 1 lift
    require:"""

_SET = """\
  services:
    number: "3"
    group: services
    title: {zh: 居民服务, en: Services for residents}
    require:"""


def skeleton(answers: Answers) -> dict[str, str]:
    """Return the documents of a ruleset to change, by their paths in its folder."""
    said = wording(answers.language)
    tiers, shares = answers.tiers, _shares(answers.tiers)
    groups = [
        *(
            share_cases(said, "1", tier, "waste_sorting", percent, "sorting_households", "households")
            for tier, percent in zip(tiers, shares, strict=True)
        ),
        _flag_cases(said, tiers[0]),
        *(_set_cases(said, tier, count) for tier, count in _counts(tiers)),
        [_whole_case(said, answers)],
    ]
    facts = [
        "households: 400",
        f"sorting_households: {{value: {4 * shares[0]}, evidence: {said.evidence}}}",
        "lifts: 6",
        "lifts_monitored: true",
        f"resident_services: {listed(_SERVICES[:2])}",
    ]
    return {
        RULESET: _ruleset(answers, said),
        CASES: case_file(answers, said.cases, groups),
        EXAMPLE: example(answers, said, facts),
    }


def heading(answers: Answers, said: Wording, comment: str, extends: str | None = None) -> str:
    """Return the top of a ruleset: what it is, and of which document."""
    lines = [comment, f"standard: {scalar(answers.standard)}", f"edition: {scalar(answers.edition)}"]
    lines += [f"extends: {scalar(extends)}"] if extends is not None else []
    title = languages(answers.title)
    lines += [mapping_under("title", title)] if title else []
    lines += [list_under("aliases", answers.aliases)] if answers.aliases else []
    lines += [f"effective: {{from: {answers.effective_from}}}"] if answers.effective_from is not None else []
    source = answers.source
    lines.append(said.no_source if source is None else mapping_under("source", {"document": source}))
    return "\n".join(lines)


def example(answers: Answers, said: Wording, facts: Sequence[str]) -> str:
    """Return a facts document for the ruleset."""
    head = [said.example, f"ruleset: {scalar(answers.name)}", f"community: {{id: example, name: {said.community}}}"]
    if answers.effective_from is not None:
        head.append(f"on: {answers.effective_from}")
    return document("\n".join(head), "\n".join(["facts:", *(f"  {fact}" for fact in facts)]))


def source_line(clause: str) -> str:
    """Return the source of an indicator."""
    return f"    source: {{clause: {scalar(clause, inside=True)}}}"


def _ruleset(answers: Answers, said: Wording) -> str:
    tiers = answers.tiers
    shares = zip(tiers, _shares(tiers), strict=True)
    share = [f"      {scalar(tier)}: sorting_share >= {percent} %" for tier, percent in shares]
    flag = f"      {scalar(tiers[0])}: lifts_monitored"
    kinds = [f"      {scalar(tier)}: count(resident_services) >= {count} kinds" for tier, count in _counts(tiers)]
    return document(
        heading(answers, said, said.begin),
        "\n".join([said.tiers, "tiers:", *map(_tier, tiers)]),
        f"{said.groups}\n{_GROUPS}",
        f"{said.facts}\n{_FACTS}",
        "\n".join(["indicators:", said.share, _SHARE, *share, source_line("1")]),
        "\n".join([said.flag, _FLAG, flag, source_line("2")]),
        "\n".join([said.set, _SET, *kinds, source_line("3")]),
    )


def _tier(tier: str) -> str:
    return f"  {scalar(tier)}: {{title: {mapped(languages(title_of_tier(tier)))}}}"


def _shares(tiers: Sequence[str]) -> list[int]:
    """Return a threshold in percent for each of up to 50 tiers, each above the one before and all below 100."""
    step = max(1, min(10, 40 // max(1, len(tiers) - 1)))
    return [50 + step * index for index in range(len(tiers))]


def _counts(tiers: Sequence[str]) -> list[tuple[str, int]]:
    """Return how many kinds the lowest tier asks for, and the highest where there is another."""
    return [(tiers[0], 2), (tiers[-1], 3)][: len(tiers)]


def _flag_cases(said: Wording, tier: str) -> list[str]:
    def one(name: str, facts: dict[str, str], outcome: Outcome, *missing: str) -> str:
        return case(name, facts, tier, "lift_monitoring", outcome, missing)

    return [
        one(said.no_lift, {"lifts": "0"}, Outcome.NOT_APPLICABLE),
        one(said.one_lift, {"lifts": "1", "lifts_monitored": "true"}, Outcome.MET),
        one(said.two_lifts, {"lifts": "2", "lifts_monitored": "false"}, Outcome.NOT_MET),
        one(said.lifts_unknown, {"lifts_monitored": "false"}, Outcome.UNDETERMINED, "lifts"),
        one(said.monitoring_unknown, {"lifts": "1"}, Outcome.UNDETERMINED, "lifts_monitored"),
    ]


def _set_cases(said: Wording, tier: str, count: int) -> list[str]:
    def one(name: str, there: int) -> str:
        name = name.format(number="3", tier=tier, threshold=said.kinds.format(count=count))
        outcome = Outcome.MET if there >= count else Outcome.NOT_MET
        return case(name, {"resident_services": listed(_SERVICES[:there])}, tier, "services", outcome)

    missing = said.missing.format(number="3", tier=tier)
    return [
        one(said.below, count - 1),
        one(said.at, count),
        one(said.above, count + 1),
        case(missing, {}, tier, "services", Outcome.UNDETERMINED, ["resident_services"]),
    ]


def _whole_case(said: Wording, answers: Answers) -> str:
    """Return the case of the example: exactly on the lowest tier, and so not on a higher one."""
    tiers = [f"{scalar(answers.tiers[0], inside=True)}: met"]
    tiers += [f"{scalar(tier, inside=True)}: not_met" for tier in answers.tiers[-1:] if len(answers.tiers) > 1]
    return "\n".join(
        [
            f"  - name: {scalar(said.as_reported)}",
            f"    from: ../{EXAMPLE}",
            f"    expect: {{tiers: {{{', '.join(tiers)}}}, values: {{sorting_share: 50 %}}}}",
        ]
    )

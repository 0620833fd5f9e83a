"""What the begun documents say to their author, in the author's language; what the rules say is in both languages."""

from __future__ import annotations

from attrs import frozen

from smartrules.values import Language


@frozen(kw_only=True)
class Wording:
    """The comments and names of one language.

    The comments stand in a document as they are written here. Where a text has names in ``{ }``, it is formatted with them.
    """

    begin: str
    no_source: str
    tiers: str
    groups: str
    facts: str
    share: str
    flag: str
    set: str
    cases: str
    example: str
    community: str
    evidence: str
    as_reported: str
    below: str
    at: str
    above: str
    missing: str
    percent: str
    kinds: str
    no_lift: str
    one_lift: str
    two_lifts: str
    lifts_unknown: str
    monitoring_unknown: str
    supplement: str
    restated: str
    added: str
    supplement_cases: str


_ZH = Wording(
    begin="""\
# 这是一个可以修改的起点：下面的等级、指标、阈值和条款号都是虚构的例子，请逐一换成标准原文的内容。
# 每改一处，运行 `smartrules check` 和 `smartrules test --cover`。名称（id）也可以用中文。""",
    no_source="# 依据文件还没有写。有文号的，写在这里：`source: {document: 文号}`。",
    tiers="# 由低到高。高一级没有重新写明的要求，沿用低一级的要求。",
    groups="# 一级指标。例子。",
    facts="# 要向社区收集的事实。例子。“是或否”的标题是一句陈述，规则要求它时，原样打印。",
    share="""\
  # 例一，占比：由两个数量得出测算指标，每个等级一个阈值。百分比是虚构的。`clause` 写标准原文的条款号。""",
    flag="  # 例二，适用条件：没有电梯的不适用；有电梯的，这句陈述必须成立。",
    set="  # 例三，多选：至少要有几种。种数是虚构的。",
    cases="""\
# 每个阈值写四种情形：低于、恰好、高于、缺少事实。预期的结论出自标准原文，不是照抄规则。
# 下面的案例随例子一起换掉。""",
    example="# 一个虚构的社区。不知道的事实不写，不要写 0 或“否”。",
    community="示例社区",
    evidence="社区台账",
    as_reported="示例社区，按填报的事实",
    below="{number}，{tier}，低于{threshold}",
    at="{number}，{tier}，恰好{threshold}",
    above="{number}，{tier}，高于{threshold}",
    missing="{number}，{tier}，缺少事实",
    percent="{count}%",
    kinds="{count}种",
    no_lift="2，没有电梯",
    one_lift="2，有一部电梯，已接入",
    two_lifts="2，有两部电梯，未接入",
    lifts_unknown="2，电梯数不详，未接入",
    monitoring_unknown="2，有一部电梯，是否接入不详",
    supplement="""\
# 这是一个可以修改的起点：等级、事实、指标都沿用 {base}，这里只写不同之处。
# `smartrules show {base}` 列出所沿用的内容；要去掉的，写在 `remove:` 下面。""",
    restated="""\
  # 例子：重新写明 {indicator} 的阈值。{base} 写的是 {old}，这里的 {new} 是虚构的；
  # 请换成本地文件的数值和条款号。""",
    added="  # 例子：新增的一项指标。百分比和条款号是虚构的，请换成本地文件的内容。",
    supplement_cases="# 沿用的规则由 {base} 的案例检验；这里只检验本文件写明的。",
)

_EN = Wording(
    begin="""\
# A start to change: the tiers, indicators, thresholds and clauses below are invented examples. Put those of the
# standard in their place, and after each change run `smartrules check` and `smartrules test --cover`.""",
    no_source="# The document is not named yet. Where it has a number, write it here: `source: {document: its number}`.",
    tiers="# Lowest first. What a tier requires holds at every tier above it, until it is restated there.",
    groups="# First-level headings. Examples.",
    facts="""\
# What a community is asked for. Examples. A flag's title is a statement: where a rule requires the flag, it is printed
# as it stands.""",
    share="""\
  # Example 1, a share: a measure made of two counts, and a threshold for each tier. The percentages are invented.
  # `clause` is the clause as the standard numbers it.""",
    flag="  # Example 2, a condition: not asked where there is no lift; where there is one, the statement must hold.",
    set="  # Example 3, a set: so many of its members must be there at least. How many is invented.",
    cases="""\
# Four cases for each threshold: below it, exactly on it, above it, and a fact missing. What is expected comes from the
# text of the standard, never from the rule. These go when the examples that they pin go.""",
    example="# An invented community. What is not known is left out, and never written as 0 or no.",
    community="Example community",
    evidence="register of the community",
    as_reported="the example community, as reported",
    below="{number}, {tier}, below {threshold}",
    at="{number}, {tier}, exactly {threshold}",
    above="{number}, {tier}, above {threshold}",
    missing="{number}, {tier}, facts missing",
    percent="{count} %",
    kinds="{count} kinds",
    no_lift="2, no lift",
    one_lift="2, one lift, monitored",
    two_lifts="2, two lifts, not monitored",
    lifts_unknown="2, number of lifts unknown, not monitored",
    monitoring_unknown="2, one lift, monitoring unknown",
    supplement="""\
# A start to change: only what differs from {base} stands here.
# `smartrules show {base}` lists what is inherited. What does not hold goes under `remove:`.""",
    restated="""\
  # An example: `{indicator}` restated. {base} asks for {old}, and {new} is invented.
  # Put the threshold and the clause of your own document here.""",
    added="""\
  # An example: an indicator that is added. The percentage and the clause are invented.
  # Put those of your own document here.""",
    supplement_cases="""\
# What is inherited is pinned by the cases of {base}.
# Here stands what the supplement states itself.""",
)


def wording(language: Language) -> Wording:
    """Return the comments and names of a language."""
    return _ZH if language == "zh" else _EN

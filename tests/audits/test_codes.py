"""Each kind of observation with the smallest facts that have it, and the whole messages in both languages."""

from __future__ import annotations

from datetime import date
from textwrap import dedent
from typing import Any

import pytest

import smartrules as sr
from smartrules import reports
from smartrules.analysis import audit
from smartrules.analysis.audits import Observation
from smartrules.diagnostics import CODES, Severity, SmartrulesError
from smartrules.documents.schemas import Document, general_schema
from smartrules.expr.text import source
from smartrules.units import unit
from smartrules.values import Quantity
from tests.audits.small import audited, said, small
from tests.editing import faults, validator
from tests.rulesets import ruleset

#: Of each case: the facts, what the call says, the codes that are looked at, the answer in Chinese and in English.
CASES: dict[str, tuple[str, dict[str, Any], str, str, str]] = {
    "a claim that is undetermined": (
        """\
        claims: {wires: met, company: met}
        facts: {homes: 10}
        """,
        {},
        "SR911",
        """\
        警告[SR911]：1 通网：自报达标，据现有事实无法判定；缺少：通网户数（wired）
          --> facts.yaml:1:17
          建议：补充所缺的事实，或撤回自报结论
        警告[SR911]：7 陪伴：自报达标，据现有事实无法判定；缺少：有花园（garden）；服务（services）
          --> facts.yaml:1:31
          建议：补充所缺的事实，或撤回自报结论
        """,
        """\
        warning[SR911]: 1 Wires: claimed met, and the facts leave it undetermined; missing: wired homes (wired)
          --> facts.yaml:1:17
          help: supply what is missing, or take the claim back
        warning[SR911]: 7 Company: claimed met, and the facts leave it undetermined; missing: there is a garden (garden); services
          --> facts.yaml:1:31
          help: supply what is missing, or take the claim back
        """,
    ),
    "a claim that is undetermined for other reasons": (
        """\
        facts: {area: 1.00 km²}
        not_reported: [green, quiet]
        claims: {greenery: not_met, nights: not_applicable}
        """,
        {},
        "SR911",
        """\
        警告[SR911]：4 绿化：自报不达标，据现有事实无法判定；未报告：绿地面积（green）
          --> facts.yaml:3:20
          建议：所缺的不是事实，无法补充：撤回自报结论
        警告[SR911]：6 夜晚：自报不适用，据现有事实无法判定；未报告：安静夜晚占比（quiet）
          --> facts.yaml:3:37
          建议：所缺的不是事实，无法补充：撤回自报结论
        """,
        """\
        warning[SR911]: 4 Greenery: claimed not met, and the facts leave it undetermined; not reported: green area (green)
          --> facts.yaml:3:20
          help: no fact that could be supplied would decide: take the claim back
        warning[SR911]: 6 Nights: claimed not applicable, and the facts leave it undetermined; not reported: quiet nights (quiet)
          --> facts.yaml:3:37
          help: no fact that could be supplied would decide: take the claim back
        """,
    ),
    "a claim of passing that is not met": (
        """\
        facts: {homes: 10, wired: 6, lit: 5}
        claims: {wires: met, lights: not_applicable}
        """,
        {},
        "SR912",
        """\
        错误[SR912]：1 通网：自报达标，据事实不达标，距阈值差10个百分点；要求：通网率不低于70%；所填：户数10户；通网户数6户
          --> facts.yaml:2:17、1:16、1:27
          建议：按事实更正自报结论；事实填错的，更正事实
        错误[SR912]：2 亮灯：自报不适用，据事实不达标，恰好在阈值上；要求：亮灯率高于50%；所填：户数10户；亮灯户数5户
          --> facts.yaml:2:30、1:16、1:35
          建议：按事实更正自报结论；事实填错的，更正事实
        """,
        """\
        error[SR912]: 1 Wires: claimed met, and the facts say not met, 10 percentage points short of the threshold; required: wired share is at least 70 %; given: homes 10 households; wired homes 6 households
          --> facts.yaml:2:17, 1:16, 1:27
          help: correct the claim, or the facts where they are wrong
        error[SR912]: 2 Lights: claimed not applicable, and the facts say not met, exactly on the threshold; required: lit share is more than 50 %; given: homes 10 households; lit homes 5 households
          --> facts.yaml:2:30, 1:16, 1:35
          help: correct the claim, or the facts where they are wrong
        """,
    ),
    "a claim of not met that passes": (
        """\
        facts: {gates: 0, quiet: 85 %}
        claims: {gates_kept: not_met, nights: not_met}
        """,
        {},
        "SR913",
        """\
        警告[SR913]：3 门卫：自报不达标，据事实不适用；所填：小区数0个小区
          --> facts.yaml:2:22、1:16
          建议：核对哪一个填错了：是结论，还是事实
        警告[SR913]：6 夜晚：自报不达标，据事实达标，优于阈值5个百分点；所填：安静夜晚占比85%
          --> facts.yaml:2:39、1:26
          建议：核对哪一个填错了：是结论，还是事实
        """,
        """\
        warning[SR913]: 3 Gates: claimed not met, and the facts say not applicable; given: quarters 0 quarters
          --> facts.yaml:2:22, 1:16
          help: find out which of the two is wrong, the claim or the facts
        warning[SR913]: 6 Nights: claimed not met, and the facts say met, 5 percentage points better than the threshold; given: quiet nights 85 %
          --> facts.yaml:2:39, 1:26
          help: find out which of the two is wrong, the claim or the facts
        """,
    ),
    "a claim that passes otherwise": (
        """\
        facts: {gates: 0, garden: true}
        claims: {gates_kept: met, company: not_applicable}
        """,
        {},
        "SR914",
        """\
        提示[SR914]：3 门卫：自报达标，据事实不适用
          --> facts.yaml:2:22
          建议：两者都算通过，不影响等级；把自报结论改为不适用
        提示[SR914]：7 陪伴：自报不适用，据事实达标
          --> facts.yaml:2:36
          建议：两者都算通过，不影响等级；把自报结论改为达标
        """,
        """\
        note[SR914]: 3 Gates: claimed met, and the facts say not applicable
          --> facts.yaml:2:22
          help: both pass, and the tier is the same; claim not applicable
        note[SR914]: 7 Company: claimed not applicable, and the facts say met
          --> facts.yaml:2:36
          help: both pass, and the tier is the same; claim met
        """,
    ),
    "a claim of undetermined that is decided": (
        """\
        facts: {quiet: 79 %}
        claims: {nights: undetermined}
        """,
        {},
        "SR915",
        """\
        提示[SR915]：6 夜晚：自报无法判定，据事实不达标，距阈值差1个百分点；要求：安静夜晚占比不低于80%
          --> facts.yaml:2:18
          建议：事实已能判定：把自报结论改为不达标
        """,
        """\
        note[SR915]: 6 Nights: claimed undetermined, and the facts say not met, 1 percentage point short of the threshold; required: quiet nights is at least 80 %
          --> facts.yaml:2:18
          help: the facts decide: claim not met
        """,
    ),
    "indicators without a claim": (
        """\
        claims: {wires: met, lights: met, gates_kept: met, greenery: met, nights: met, masts: met}
        """,
        {},
        "SR916 SR917",
        """\
        提示[SR917]：1项自报结论无从核对，初级对这些指标没有要求：5 基站
          --> facts.yaml:1:87
          建议：用 `--tier` 写明自报的是哪一等级，或撤回这些结论
        提示[SR916]：2项指标未自报结论，其余5项已自报：7 陪伴；8 报警
          建议：补上各项结论，或说明为何未报
        """,
        """\
        note[SR917]: 1 claim cannot be compared, since Low requires nothing of the indicator: 5 Masts
          --> facts.yaml:1:87
          help: say with `--tier` which tier is claimed, or take the claims back
        note[SR916]: 2 indicators have no claim, while 5 have one: 7 Company; 8 Alarms
          help: claim each, or say why not
        """,
    ),
    "claims of a tier of which nothing is to hand": (
        """\
        claims: {wires: met, lights: met}
        """,
        {"tier": "top"},
        "",
        """\
        警告[SR917]：2项自报结论无从核对，顶级的具体要求未收录：1 通网；2 亮灯
          --> facts.yaml:1:17、1:30
          建议：用 `--tier` 写明自报的是哪一等级，或撤回这些结论
        """,
        """\
        warning[SR917]: 2 claims cannot be compared, since what Top requires is not to hand: 1 Wires; 2 Lights
          --> facts.yaml:1:17, 1:30
          help: say with `--tier` which tier is claimed, or take the claims back
        """,
    ),
    "a stated figure that its counts contradict": (
        """\
        facts: {homes: 1000, wired: 696}
        stated: {wired_share: 72 %}
        """,
        {},
        "SR918 SR919 SR920",
        """\
        错误[SR918]：通网率72%与分项数据不符：据分项数据为69.6%（户数1000户；通网户数696户）
          --> facts.yaml:1:16、1:29、2:23
          建议：核对填报数值和分项数据；评估以分项数据为准
        警告[SR920]：1 通网：通网率72%，据分项数据为69.6%，两者在“通网率不低于70%”的两侧
          --> facts.yaml:2:23
          建议：评估以分项数据为准；更正填报数值
        """,
        """\
        error[SR918]: wired share 72 % is stated, and its counts make it 69.6 % (homes 1000 households; wired homes 696 households)
          --> facts.yaml:1:16, 1:29, 2:23
          help: correct the figure or the counts; the counts decide
        warning[SR920]: 1 Wires: wired share 72 % is stated, its counts make it 69.6 %, and “wired share is at least 70 %” lies between
          --> facts.yaml:2:23
          help: the counts decide; correct the stated figure
        """,
    ),
    "a stated figure that its members contradict": (
        """\
        stated: {alarmed_share: 70 %}
        collections: {buildings: [{id: east, alarm: true}, {id: west, alarm: false}]}
        """,
        {},
        "SR918",
        """\
        错误[SR918]：报警覆盖率70%与分项数据不符：据分项数据为50%（住宅楼 east: 有报警：是；住宅楼 west: 有报警：否）
          --> facts.yaml:1:25、2:45、2:70
          建议：核对填报数值和分项数据；评估以分项数据为准
        """,
        """\
        error[SR918]: alarmed share 70 % is stated, and its counts make it 50 % (building east: it has an alarm: yes; building west: it has an alarm: no)
          --> facts.yaml:1:25, 2:45, 2:70
          help: correct the figure or the counts; the counts decide
        """,
    ),
    "a stated figure that what is known of its members rules out": (
        """\
        stated: {alarmed_share: 20 %}
        collections: {buildings: [{alarm: true}, {alarm: true}, {}, {}]}
        """,
        {},
        "SR918 SR921",
        """\
        错误[SR918]：报警覆盖率20%与已知的分项数据不符：据此只能在50%至100%之间
          --> facts.yaml:1:25、2:35、2:50
          建议：核对填报数值和分项数据；评估以分项数据为准
        """,
        """\
        error[SR918]: alarmed share 20 % is stated, and what is known of its counts makes it from 50 % to 100 %
          --> facts.yaml:1:25, 2:35, 2:50
          help: correct the figure or the counts; the counts decide
        """,
    ),
    "a stated figure that only rounding up gives, and with it the threshold": (
        """\
        facts: {homes: 1000, wired: 692}
        stated: {wired_share: 70 %}
        """,
        {},
        "SR918 SR919 SR920",
        """\
        警告[SR920]：1 通网：通网率70%，据分项数据为69.2%，两者在“通网率不低于70%”的两侧
          --> facts.yaml:2:23
          建议：评估以分项数据为准；更正填报数值
        提示[SR919]：通网率70%，据分项数据为69.2%（户数1000户；通网户数692户）：只有进位才得此数
          --> facts.yaml:1:16、1:29、2:23
          建议：写成四舍五入的数，或多写一位小数
        """,
        """\
        warning[SR920]: 1 Wires: wired share 70 % is stated, its counts make it 69.2 %, and “wired share is at least 70 %” lies between
          --> facts.yaml:2:23
          help: the counts decide; correct the stated figure
        note[SR919]: wired share 70 % is stated, and its counts make it 69.2 % (homes 1000 households; wired homes 692 households): only rounding up gives that
          --> facts.yaml:1:16, 1:29, 2:23
          help: round it to the nearest, or write one more decimal
        """,
    ),
    "a stated figure that only cutting off gives": (
        """\
        facts: {homes: 1000, wired: 756}
        stated: {wired_share: 75 %}
        """,
        {},
        "SR918 SR919 SR920",
        """\
        提示[SR919]：通网率75%，据分项数据为75.6%（户数1000户；通网户数756户）：只有截尾才得此数
          --> facts.yaml:1:16、1:29、2:23
          建议：写成四舍五入的数，或多写一位小数
        """,
        """\
        note[SR919]: wired share 75 % is stated, and its counts make it 75.6 % (homes 1000 households; wired homes 756 households): only cutting off gives that
          --> facts.yaml:1:16, 1:29, 2:23
          help: round it to the nearest, or write one more decimal
        """,
    ),
    "rates that no whole count gives for a known total": (
        """\
        facts: {gates: 4, area: 0.10 km²}
        stated: {guarded_share: 60 %, green_share: 25 %}
        """,
        {},
        "SR921",
        """\
        错误[SR921]：门卫覆盖率60%不可能：小区数为4个小区，可能的比率是50%（4个小区中2个小区）和75%（4个小区中3个小区）
          --> facts.yaml:1:16、2:25
          建议：核对比率和总数，补充分项数据
        错误[SR921]：绿地率25%不可能：面积为0.1平方公里，可能的比率是20%（0.1平方公里中0.02平方公里）和30%（0.1平方公里中0.03平方公里）
          --> facts.yaml:1:25、2:44
          建议：核对比率和总数，补充分项数据
        """,
        """\
        error[SR921]: guarded share 60 % cannot be: quarters is 4 quarters, and possible are 50 % (2 of 4 quarters) and 75 % (3 of 4 quarters)
          --> facts.yaml:1:16, 2:25
          help: correct the rate or the total, and supply the counts
        error[SR921]: green share 25 % cannot be: area is 0.1 km^2, and possible are 20 % (0.02 of 0.1 km^2) and 30 % (0.03 of 0.1 km^2)
          --> facts.yaml:1:25, 2:44
          help: correct the rate or the total, and supply the counts
        """,
    ),
    "a rate that no total gives of a known part": (
        """\
        facts: {guarded: 3}
        stated: {guarded_share: 65 %}
        """,
        {},
        "SR921",
        """\
        错误[SR921]：门卫覆盖率65%不可能：有门卫的小区数为3个小区，可能的比率是60%（5个小区中3个小区）和75%（4个小区中3个小区）
          --> facts.yaml:1:18、2:25
          建议：核对比率和总数，补充分项数据
        """,
        """\
        error[SR921]: guarded share 65 % cannot be: guarded quarters is 3 quarters, and possible are 60 % (3 of 5 quarters) and 75 % (3 of 4 quarters)
          --> facts.yaml:1:18, 2:25
          help: correct the rate or the total, and supply the counts
        """,
    ),
    "a rate that no total within its bounds gives": (
        """\
        stated: {guarded_share: 90 %}
        """,
        {},
        "SR921",
        """\
        错误[SR921]：门卫覆盖率90%不可能：小区数在1个小区至6个小区之间，最接近的比率是83.3333…%（6个小区中5个小区）和100%（1个小区中1个小区）
          --> facts.yaml:1:25
          建议：核对比率和总数，补充分项数据
        """,
        """\
        error[SR921]: guarded share 90 % cannot be: quarters is from 1 quarter to 6 quarters, and the nearest rates are 83.3333… % (5 of 6 quarters) and 100 % (1 of 1 quarter)
          --> facts.yaml:1:25
          help: correct the rate or the total, and supply the counts
        """,
    ),
    "a share of members that no number of them gives": (
        """\
        stated: {alarmed_share: 60 %}
        collections: {buildings: [{alarm: true}, {alarm: true}, {}, {}]}
        """,
        {},
        "SR921",
        """\
        错误[SR921]：报警覆盖率60%不可能：住宅楼的数量为4栋，可能的比率是50%（4栋中2栋）和75%（4栋中3栋）
          --> facts.yaml:1:25
          建议：核对比率和总数，补充分项数据
        """,
        """\
        error[SR921]: alarmed share 60 % cannot be: number of buildings is 4 buildings, and possible are 50 % (2 of 4 buildings) and 75 % (3 of 4 buildings)
          --> facts.yaml:1:25
          help: correct the rate or the total, and supply the counts
        """,
    ),
    "figures without counts": (
        """\
        stated: {alarmed_share: 50 %, density: 21.0 个/万人, wired_share: 95.50 %}
        collections: {buildings: [{id: east, alarm: true}, {id: west}]}
        not_reported: [homes, wired]
        """,
        {"tier": "high"},
        "SR922",
        """\
        警告[SR922]：1 通网：1项填报数值没有分项数据：通网率95.50%
          --> facts.yaml:1:64
          建议：分项数据未报告，此数无从核对
        警告[SR922]：5 基站：1项填报数值没有分项数据：每万人基站数21.0个/万人
          --> facts.yaml:1:40
          建议：补充分项数据：人口（people）；基站数（stations）
        警告[SR922]：8 报警：1项填报数值没有分项数据：报警覆盖率50%
          --> facts.yaml:1:25
          建议：补充分项数据：住宅楼 west: 有报警（buildings.west.alarm）
        """,
        """\
        warning[SR922]: 1 Wires rests on a figure stated without counts: wired share 95.50 %
          --> facts.yaml:1:64
          help: the counts are not reported, so that nobody can check it
        warning[SR922]: 5 Masts rests on a figure stated without counts: stations per 10k 21.0 stations/10,000 persons
          --> facts.yaml:1:40
          help: supply the counts: people; stations
        warning[SR922]: 8 Alarms rests on a figure stated without counts: alarmed share 50 %
          --> facts.yaml:1:25
          help: supply the counts: building west: it has an alarm (buildings.west.alarm)
        """,
    ),
    "evidence that is missing, too old, and of a day to come": (
        """\
        on: 2024-06-01
        facts:
          homes: {value: 100, evidence: 台账, observed: 2023-11-30}
          wired: {value: 90, evidence: 台账, observed: 2023-12-01}
          quiet: {value: 90 %, observed: 2024-06-02}
          garden: true
        """,
        {"evidence_within": "12 months"},
        "SR923 SR924 SR926",
        """\
        警告[SR923]：有1项数据没有注明日期，无从判断是否超过12个月：有花园
          --> facts.yaml:6:11
          建议：在 `observed` 下注明取得数据的日期
        警告[SR924]：有1项数据的证据早于2023-12-01，距2024-06-01超过6个月：户数（2023-11-30）
          --> facts.yaml:3:18
          建议：用近期的数据和证据替换
        警告[SR926]：有1项数据的证据日期晚于事实所属日期2024-06-01：安静夜晚占比（2024-06-02）
          --> facts.yaml:5:18
          建议：更正 `observed` 或 `on`
        提示[SR923]：起作用的数据中有2项没有注明证据：安静夜晚占比；有花园
          --> facts.yaml:5:18、6:11
          建议：在 `evidence` 下注明证据；证据另有存放的，可在验收时调阅
        """,
        """\
        warning[SR923]: 1 value has no day, and may be older than 12 months: there is a garden
          --> facts.yaml:6:11
          help: write under `observed` the day on which each was so
        warning[SR924]: the evidence of 1 value is from before 2023-12-01, more than 6 months before 2024-06-01: homes (2023-11-30)
          --> facts.yaml:3:18
          help: observe them again
        warning[SR926]: the evidence of 1 value is of a day after 2024-06-01, for which the facts hold: quiet nights (2024-06-02)
          --> facts.yaml:5:18
          help: correct `observed` or `on`
        note[SR923]: 2 of the values that decide have no evidence: quiet nights; there is a garden
          --> facts.yaml:5:18, 6:11
          help: name it under `evidence`, or see it where it is kept
        """,
    ),
    "evidence of facts that hold for no day": (
        """\
        facts:
          homes: {value: 100, evidence: 台账, observed: 2023-11-30}
          wired: {value: 90, evidence: 台账}
        """,
        {},
        "SR923 SR924 SR926",
        """\
        提示[SR923]：有1项数据没有注明日期，无从判断是否超过6个月：通网户数
          --> facts.yaml:3:18
          建议：在 `observed` 下注明取得数据的日期
        提示[SR923]：事实没有注明所属日期 `on`，1项数据的证据是否超过6个月无从判断：户数（2023-11-30）
          --> facts.yaml:2:18
          建议：在 `on` 下注明事实所属的日期
        """,
        """\
        note[SR923]: 1 value has no day, and may be older than 6 months: wired homes
          --> facts.yaml:3:18
          help: write under `observed` the day on which each was so
        note[SR923]: the facts do not say for which day they hold, so the evidence of 1 value may be older than 6 months: homes (2023-11-30)
          --> facts.yaml:2:18
          help: write that day under `on`
        """,
    ),
    "evidence of members": (
        """\
        on: 2024-06-01
        collections:
          buildings:
            - {id: east, storeys: {value: 5, observed: 2022-05-31, evidence: 图}, alarm: {value: true, observed: 2022-06-01, evidence: 图}}
        """,
        {},
        "SR923 SR924 SR926",
        """\
        警告[SR924]：有1项数据的证据早于2022-06-01，距2024-06-01超过24个月：住宅楼 east: 层数（2022-05-31）
          --> facts.yaml:4:35
          建议：用近期的数据和证据替换
        """,
        """\
        warning[SR924]: the evidence of 1 value is from before 2022-06-01, more than 24 months before 2024-06-01: building east: number of storeys (2022-05-31)
          --> facts.yaml:4:35
          help: observe them again
        """,
    ),
    "figures exactly on the threshold": (
        """\
        facts: {homes: 10, wired: 7, lit: 5, gates: 1, guarded: 1, services: [meals, baths]}
        collections: {buildings: [{id: a, storeys: 6, alarm: true}, {id: b, storeys: 6, alarm: false}, {storeys: 5, alarm: true}]}
        """,
        {},
        "SR927",
        """\
        提示[SR927]：1 通网：1个数值恰好在阈值上：通网率70%
          --> facts.yaml:1:16、1:27
          建议：核实是否实测数据；恰好在阈值上也算达到
        提示[SR927]：2 亮灯：1个数值恰好在阈值上：亮灯率50%
          --> facts.yaml:1:16、1:35
          建议：核实是否实测数据；要求须越过阈值，恰好在阈值上不算
        提示[SR927]：7 陪伴：1个数值恰好在阈值上：服务的种数2种
          --> facts.yaml:1:70
          建议：核实是否实测数据；恰好在阈值上也算达到
        提示[SR927]：8 报警：2个数值恰好在阈值上：住宅楼 a: 层数6层；住宅楼 b: 层数6层
          --> facts.yaml:2:44、2:78
          建议：核实是否实测数据；恰好在阈值上也算达到
        """,
        """\
        note[SR927]: 1 Wires: a figure is exactly on the threshold: wired share 70 %
          --> facts.yaml:1:16, 1:27
          help: see that each was measured; to be on the threshold is enough
        note[SR927]: 2 Lights: a figure is exactly on the threshold: lit share 50 %
          --> facts.yaml:1:16, 1:35
          help: see that each was measured; to be on the threshold is not enough
        note[SR927]: 7 Company: a figure is exactly on the threshold: number of kinds of services 2 kinds
          --> facts.yaml:1:70
          help: see that each was measured; to be on the threshold is enough
        note[SR927]: 8 Alarms: 2 figures are exactly on the threshold: building a: number of storeys 6 storeys; building b: number of storeys 6 storeys
          --> facts.yaml:2:44, 2:78
          help: see that each was measured; to be on the threshold is enough
        """,
    ),
    "a day exactly on the threshold": (
        """\
        on: 2024-06-01
        facts: {drill: 2023-06-01, cameras: 1}
        """,
        {"tier": "high"},
        "SR927",
        """\
        提示[SR927]：9 演练：1个数值恰好在阈值上：演练日期2023-06-01
          --> facts.yaml:2:16
          建议：核实是否实测数据；恰好在阈值上也算达到
        """,
        """\
        note[SR927]: 9 Drills: a figure is exactly on the threshold: day of the drill 2023-06-01
          --> facts.yaml:2:16
          help: see that each was measured; to be on the threshold is enough
        """,
    ),
    "one number under facts that count different things": (
        """\
        facts: {homes: 3461, wired: 3461, cameras: 3461, people: 5120, stations: 5120}
        """,
        {},
        "SR929",
        """\
        警告[SR929]：不同事项填了同一个数3461：户数3461户；通网户数3461户；摄像机数3461路
          --> facts.yaml:1:16、1:29、1:44
          建议：核实是否误抄
        """,
        """\
        warning[SR929]: facts that count different things are the same number, 3461: homes 3461 households; wired homes 3461 households; cameras 3461 cameras
          --> facts.yaml:1:16, 1:29, 1:44
          help: see that none was copied by mistake
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_observation_reads_so_in_both_languages(name: str) -> None:
    document, options, codes, zh, en = CASES[name]
    found = audited(document, **options)
    assert said(found, *codes.split(), language="zh") == dedent(zh)
    assert said(found, *codes.split(), language="en") == dedent(en)


SHARES = """\
facts:
  n: {count: item, min: 1}
  x: {count: item, at_most: n}
  y: {count: item, at_most: n}
  z: {share: "%"}
indicators:
  it:
    measures: {a: {value: x / n, unit: "%"}, b: {value: y / n, unit: "%"}}
    require: {basic: {all of: [a >= 1 %, b >= 1 %, z >= 1 %]}}
"""


@pytest.mark.parametrize(
    ("x", "y", "z", "expected"),
    [
        (9, 9, "90 %", 1),
        (9, 9, "80 %", 0),  # two are no more than chance
        (10, 10, "100 %", 0),  # all and none are no coincidence
        (0, 0, "0 %", 0),
    ],
)
def test_three_rates_of_an_indicator_that_are_the_same_figure(x: int, y: int, z: str, expected: int) -> None:
    found = audit(ruleset(SHARES), {"n": 10, "x": x, "y": y, "z": z}).of("SR928")
    assert len(found) == expected
    assert all([figure.name for figure in one.figures] == ["a", "b", "z"] for one in found)


@pytest.mark.parametrize(
    ("rule", "stated", "expected"),
    [
        ("70 % <= a <= 90 %", "70 %", "“a is at least 70 % and is at most 90 %” lies between"),
        ("70 % <= a <= 90 %", "69 %", None),
        ("60 % <= a <= 69.5 %", "69 %", "“a is at least 60 % and is at most 69.5 %” lies between"),
        ("not a >= 70 %", "70 %", "“a is at least 70 %” lies between"),
        ("70 % <= a", "70 %", "“70 % is at most a” lies between"),
        ("a < 70 %", "70 %", "“a is less than 70 %” lies between"),
        ("a >= b", "70 %", "“a is at least b” lies between"),
    ],
)
def test_a_stated_figure_on_the_other_side_of_a_threshold_than_its_counts(
    rule: str, stated: str, expected: str | None
) -> None:
    """The counts are 69.6 % throughout, and what is stated is that figure rounded in one way or another."""
    text = SHARES.partition("    require:")[0].replace("y / n", "69.8 %") + f"    require: {{basic: '{rule}'}}\n"
    found = audit(ruleset(text), {"facts": {"n": 1000, "x": 696}, "stated": {"a": stated}}).of("SR920")
    assert [one.message.en for one in found] == (
        [] if expected is None else [f"it: a {stated} is stated, its counts make it 69.6 %, and {expected}"]
    )


def test_every_code_has_a_case() -> None:
    ours = {code for code in CODES if code.startswith(("SR91", "SR92"))}
    pinned = {code for _, _, codes, zh, _ in CASES.values() for code in ours if code in zh}
    assert pinned | {"SR925", "SR928"} == ours


@pytest.mark.parametrize(
    "text",
    ["12", "12 monthz", "0 months", "-1 year", "1.5 months", "36 h", "a while", "3 km", "", "半年", "6 months 3 days"],
)
def test_a_span_of_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SmartrulesError) as error:
        audited("facts: {homes: 3}\n", evidence_within=text)
    assert str(error.value) == (
        f"error[SR925]: `{text}` is no span of time that evidence can be held to\n"
        "help: write a span such as `6 months` or `6个月`: a whole number of days, weeks, months or years"
    )


def test_a_span_of_time_may_be_a_quantity() -> None:
    within = audited("facts: {homes: 3}\n", evidence_within=Quantity(12, unit("month"))).within
    assert within == audited("facts: {homes: 3}\n", evidence_within="12 个月").within
    assert within is not None
    assert source(within) == "12 months"


def test_a_tier_that_is_not_there_is_refused() -> None:
    with pytest.raises(SmartrulesError, match="SR603"):
        audited("facts: {homes: 3}\n", tier="lowest")


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    found = audited(
        """\
        on: 2024-06-01
        facts:
          homes: {value: 100, evidence: 台账, observed: 2024-05-01}
          wired: {value: 90, evidence: 台账, observed: 2024-05-01}
        claims: {wires: met, lights: undetermined, gates_kept: undetermined, greenery: undetermined, nights: undetermined, company: undetermined, alarms: undetermined}
        """
    )
    assert found.observations == ()
    assert found.worst is None
    assert found.counts == {Severity.ERROR: 0, Severity.WARNING: 0, Severity.NOTE: 0}


def test_a_fact_without_a_title_is_named_once() -> None:
    (found,) = audit(ruleset(SHARES), {"facts": {"n": 10}, "claims": {"it": "met"}}).of("SR911")
    assert found.message.zh == "it：自报达标，据现有事实无法判定；缺少：x；y；z"


def test_what_is_given_is_said_whatever_its_kind() -> None:
    facts = {"facts": {"garden": False, "services": ["visits"]}, "claims": {"company": "met"}}
    (found,) = audit(small(), facts).of("SR912")
    assert (str(found.message.zh).partition("；所填：")[2], _given(found)) == (
        "有花园：否；服务：探访",
        "there is a garden: no; services: visits",
    )
    (found,) = audit(
        small(), {"on": "2024-06-01", "facts": {"drill": date(2023, 5, 31)}, "claims": {"drills": "met"}}, tier="high"
    ).of("SR912")
    assert _given(found) == "day of the drill: 2023-05-31"
    (found,) = audit(small(), {"stated": {"wired_share": "69.50 %"}, "claims": {"wires": "met"}}).of("SR912")
    assert _given(found) == "wired share 69.50 %"


def _given(found: Observation) -> str:
    return str(found.message.en).partition("; given: ")[2]


def test_the_parts_that_are_known_bound_the_total() -> None:
    # Of 4 quarters 3 are 75 %; of 5 and 6 none are, and the ruleset says that there are at most 6.
    assert audit(small(), {"facts": {"staffed": 4}, "stated": {"guarded_share": "75 %"}}).of("SR921") == ()
    (found,) = audit(small(), {"facts": {"staffed": 5}, "stated": {"guarded_share": "75 %"}}).of("SR921")
    assert found.message.en == (
        "guarded share 75 % cannot be: quarters is from 5 quarters to 6 quarters, and the nearest rates are "
        "66.6666… % (4 of 6 quarters) and 80 % (4 of 5 quarters)"
    )


def test_what_is_counted_by_something_else_may_be_more_than_it() -> None:
    assert audit(small(), {"facts": {"people": 3}, "stated": {"density": "20000 个/万人"}}).of("SR921") == ()
    (found,) = audit(small(), {"facts": {"people": 3}, "stated": {"density": "15000 个/万人"}}).of("SR921")
    assert (found.message.zh, found.message.en) == (
        "每万人基站数15000个/万人不可能：人口为3人，可能的比率是13333.3333…个/万人（4个比3人）和16666.6666…个/万人（5个比3人）",
        "stations per 10k 15000 stations/10,000 persons cannot be: people is 3 persons, and possible are 13333.3333… "
        "stations/10,000 persons (4 stations to 3 persons) and 16666.6666… stations/10,000 persons (5 stations to 3 persons)",
    )


def test_the_day_that_is_told_is_the_first_that_is_not_too_old() -> None:
    # Six months after 29 February is 29 August, two days before the last of the month; after 1 March it is 1 September.
    def found(observed: str) -> Any:
        facts = {"homes": {"value": 100, "observed": observed}, "wired": {"value": 90, "observed": "2024-08-31"}}
        return audit(small(), {"on": "2024-08-31", "facts": facts}).of("SR924")

    assert [one.since for one in found("2024-02-29")] == [date(2024, 3, 1)]
    assert found("2024-03-01") == ()


def test_facts_of_a_plain_mapping_have_no_places() -> None:
    found = audit(small(), {"facts": {"homes": 10, "wired": 6}, "claims": {"wires": "met"}})
    assert found.file is None
    assert [one.code for one in found.observations] == ["SR912", "SR916", "SR923", "SR923"]
    assert all(one.places == () and one.at is None for one in found.observations)


def test_the_same_document_in_json_is_audited_alike() -> None:
    text = '{"facts": {"homes": 1000, "wired": 696},\n "stated": {"wired_share": "72 %"},\n "claims": {"wires": "met"}}'
    found = audit(small(), small().read_facts(text, name="facts.json"), name="facts.json")
    assert [(one.code, one.at and (one.at.line, one.at.column)) for one in found.observations] == [
        ("SR912", (3, 22)),
        ("SR918", (1, 21)),
        ("SR920", (2, 28)),
        ("SR916", None),
        ("SR923", (1, 21)),
        ("SR923", (1, 21)),
    ]


def test_the_schema_has_every_key_that_is_written() -> None:
    schema = general_schema(Document.AUDIT)
    observation = schema["definitions"]["observation"]
    plain = [audited(document, **options).to_plain() for document, options, *_ in CASES.values()]
    shandong = sr.load("shandong-smart-community@2022")
    form = reports.form(shandong, shandong.facts("rulesets/shandong-smart-community/2022/examples/qili.yaml"))
    plain.append(audit(shandong, shandong.read_facts(form), name="form.xlsx").to_plain())
    seen = [one for answer in plain for one in answer["observations"]]
    figures = [figure for one in seen for figure in one["figures"]]
    possible = [rate for one in seen for rate in one.get("possible", ())]
    written: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        (schema, plain),
        (observation, seen),
        (observation["properties"]["figures"]["items"], figures),
        (observation["properties"]["possible"]["items"], possible),
        (observation["properties"]["places"]["items"], [place for one in seen for place in one["places"]]),
    ]
    for described, many in written:
        assert {key for one in many for key in one} == described["properties"].keys()
        assert set.intersection(*({*one} for one in many)) == set(described["required"])
    assert [fault for answer in plain for fault in faults(validator(Document.AUDIT), answer)] == []

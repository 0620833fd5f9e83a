"""The 22 indicators as a host writes them by hand in Python, for one community whose facts may be missing.

The function decides the packaged standard's basic tier as its text reads, all four outcomes, from a dictionary of facts. It
imports nothing but the library, so that ``benchmarks/outcomes.py`` runs wherever the library does.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from smartrules.facts import Facts
from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED, Outcome
from smartrules.units import unit

#: One event a year as facts hold it: in root units.
A_YEAR = unit("event/year").size


def at_least(part: int | None, whole: int | None, percent: int, stated: Any = None) -> Outcome:
    """Decide a share by its counts, else by its stated figure."""
    if whole == 0:
        return UNDETERMINED
    if part is None or whole is None:
        return UNDETERMINED if stated is None else MET if stated * 100 >= percent else NOT_MET
    return MET if part * 100 >= percent * whole else NOT_MET


def every(*parts: Outcome) -> Outcome:
    """Decide what needs all its parts, of which none is ever not applicable."""
    if NOT_MET in parts:
        return NOT_MET
    return UNDETERMINED if UNDETERMINED in parts else MET


def known(value: bool | None) -> Outcome:
    return UNDETERMINED if value is None else MET if value else NOT_MET


def whole(f: Mapping[str, Any], s: Mapping[str, Any], all_: str, part: str, rate: str) -> Outcome:
    """Decide what all things of a kind must have, and is asked only where there is one of them."""
    there = f.get(all_)
    if there is None:
        return MET if at_least(f.get(part), there, 100, s.get(rate)) is MET else UNDETERMINED
    return at_least(f.get(part), there, 100, s.get(rate)) if there >= 1 else NOT_APPLICABLE


def counted(number: int | None) -> Outcome:
    return UNDETERMINED if number is None else MET if number >= 1 else NOT_MET


def rated(a_second: Fraction | int | None) -> Outcome:
    return UNDETERMINED if a_second is None else MET if a_second >= A_YEAR else NOT_MET


def holds(members: frozenset[str] | None, least: int) -> Outcome:
    return UNDETERMINED if members is None else MET if len(members) >= least else NOT_MET


def by_hand(f: Mapping[str, Any], s: Mapping[str, Any]) -> dict[str, Outcome]:
    """Decide the 22 indicators of the basic tier."""
    g = f.get
    residents, elderly = g("residents"), g("residents_60_plus")
    if residents == 0:
        old: bool | None = None
    elif residents is None or elderly is None:
        old = None if s.get("elderly_share") is None else s["elderly_share"] * 100 > 30
    else:
        old = elderly * 100 > 30 * residents
    care = holds(g("elderly_services"), 2)
    needed = g("convenience_needed")
    convenient = holds(g("convenience_facilities"), 1)
    return {
        "wired_broadband": at_least(g("gigabit_households"), g("households"), 70, s.get("gigabit_coverage")),
        "mobile_network": at_least(g("area_5g"), g("area"), 80, s.get("coverage_5g")),
        "broadcasting": at_least(g("broadcast_households"), g("households"), 70, s.get("broadcast_coverage")),
        "video_surveillance": every(
            at_least(g("key_positions_covered"), g("key_positions"), 90, s.get("key_position_coverage")),
            at_least(g("cameras_online"), g("cameras"), 90, s.get("camera_online_rate")),
            at_least(g("cameras_intact"), g("cameras"), 90, s.get("camera_intact_rate")),
            at_least(g("video_resources_streaming"), g("video_resources"), 80, s.get("video_streaming_rate")),
            at_least(g("cameras_compliant"), g("cameras"), 90, s.get("camera_compliance_rate")),
        ),
        "ebike_charging": whole(
            f, s, "quarters_with_ebikes", "quarters_with_ebike_charging", "ebike_charging_coverage"
        ),
        "information_platform": every(
            known(g("platform_data_unified")), known(g("property_platform_connected")), holds(g("scenarios"), 3)
        ),
        "government_services": holds(g("one_stop_channels"), 1),
        "elderly_care": (MET if care is MET else UNDETERMINED) if old is None else care if old else NOT_APPLICABLE,
        "convenience": (
            (MET if convenient is MET else UNDETERMINED) if needed is None else convenient if needed else NOT_APPLICABLE
        ),
        "utility_payment": holds(g("online_payments"), 5),
        "policing": holds(g("policing_functions"), 4),
        "access_control": whole(
            f, s, "gated_quarters", "gated_quarters_with_access_control", "access_control_coverage"
        ),
        "perimeter": whole(f, s, "gated_quarters", "gated_quarters_with_perimeter_alarm", "perimeter_coverage"),
        "falling_objects": whole(f, s, "highrise_buildings", "highrise_buildings_monitored", "falling_object_coverage"),
        "fire_hazards": at_least(g("quarters_with_lift_alarm"), g("quarters"), 50, s.get("lift_alarm_coverage")),
        "fire_alarm": at_least(
            g("residential_buildings_with_fire_alarm"), g("residential_buildings"), 100, s.get("fire_alarm_coverage")
        ),
        "governance": every(known(g("digital_decision_support")), known(g("party_records_unified"))),
        "participation": every(
            known(g("online_elections")), known(g("online_deliberation")), holds(g("open_affairs"), 3)
        ),
        "epidemic_control": every(holds(g("epidemic_records"), 3), known(g("epidemic_information_live"))),
        "publicity": rated(g("publicity_events")),
        "innovation": counted(g("innovative_scenarios")),
        "information_security": every(
            known(g("personal_data_encrypted")),
            holds(g("access_levels"), 3),
            known(g("access_restricted")),
            known(g("audit_log_immutable")),
        ),
    }


def plain(facts: Facts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of facts and of stated measures, as `by_hand` takes them."""
    return (
        {name: fact.value for name, fact in facts.facts.items()},
        {name: fact.value for name, fact in facts.stated.items()},
    )

"""The 22 indicators as a good engineer writes them in NumPy: whether each is met.

A missing value stands as 0 or no in its array, beside an array that says which are known; what rests on an unknown value is
not met.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .communities import Communities
from .program import Program
from .repeats import renamed, ten_thousandths
from .workload import Workload


def met(communities: Communities, repeat: int = 0) -> dict[str, np.ndarray]:
    """Return the 22 indicators as booleans."""
    values, known = communities.values, communities.known

    def percent(number: int) -> int:
        return ten_thousandths(number, repeat)

    def where_known(statement: np.ndarray, *facts: str) -> np.ndarray:
        for fact in facts:
            if fact in known:
                statement &= known[fact]
        return statement

    def share(part: str, whole: str, points: int) -> np.ndarray:
        return where_known(values[part] * 10_000 >= values[whole] * points, part, whole)

    def hundredths(fact: str) -> np.ndarray:
        return np.rint(values[fact] * 100).astype(np.int64)

    def whole(part: str, of: str) -> np.ndarray:
        return (values[of] > 0) & share(part, of, percent(100))

    def members(fact: str) -> list[np.ndarray]:
        return [values[name] for name in values if name.startswith(f"{fact}.")]

    def count(fact: str) -> np.ndarray:
        total = np.zeros(len(communities), np.int8)
        for member in members(fact):
            total += member
        return total

    def all_of(*statements: np.ndarray) -> np.ndarray:
        return np.logical_and.reduce(statements)

    residents, old_people = values["residents"], values["residents_60_plus"]
    old = old_people * 10_000 > residents * percent(30)
    for fact in ("residents", "residents_60_plus"):
        if fact in known:
            old |= ~known[fact]
    needed = values["convenience_needed"]
    if "convenience_needed" in known:
        needed = needed | ~known["convenience_needed"]
    return {
        "wired_broadband": share("gigabit_households", "households", percent(70)),
        "mobile_network": where_known(
            hundredths("area_5g") * 10_000 >= hundredths("area") * percent(80), "area_5g", "area"
        ),
        "broadcasting": share("broadcast_households", "households", percent(70)),
        "video_surveillance": all_of(
            values["key_positions"] > 0,
            values["cameras"] > 0,
            values["video_resources"] > 0,
            share("key_positions_covered", "key_positions", percent(90)),
            share("cameras_online", "cameras", percent(90)),
            share("cameras_intact", "cameras", percent(90)),
            share("video_resources_streaming", "video_resources", percent(80)),
            share("cameras_compliant", "cameras", percent(90)),
        ),
        "ebike_charging": whole("quarters_with_ebike_charging", "quarters_with_ebikes"),
        "information_platform": all_of(
            values["platform_data_unified"], values["property_platform_connected"], count("scenarios") >= 3
        ),
        "government_services": np.logical_or.reduce(members("one_stop_channels")),
        "elderly_care": old & (count("elderly_services") >= 2),
        "convenience": needed & np.logical_or.reduce(members("convenience_facilities")),
        "utility_payment": all_of(*members("online_payments")),
        "policing": all_of(*members("policing_functions")),
        "access_control": whole("gated_quarters_with_access_control", "gated_quarters"),
        "perimeter": whole("gated_quarters_with_perimeter_alarm", "gated_quarters"),
        "falling_objects": whole("highrise_buildings_monitored", "highrise_buildings"),
        "fire_hazards": share("quarters_with_lift_alarm", "quarters", percent(50)),
        "fire_alarm": share("residential_buildings_with_fire_alarm", "residential_buildings", percent(100)),
        "governance": values["digital_decision_support"] & values["party_records_unified"],
        "participation": all_of(values["online_elections"], values["online_deliberation"], *members("open_affairs")),
        "epidemic_control": all_of(values["epidemic_information_live"], *members("epidemic_records")),
        "publicity": where_known(values["publicity_events"] >= 1, "publicity_events"),
        "information_security": all_of(
            values["personal_data_encrypted"],
            values["access_restricted"],
            values["audit_log_immutable"],
            *members("access_levels"),
        ),
        "innovation": where_known(values["innovative_scenarios"] >= 1, "innovative_scenarios"),
    }


def begin(workload: Workload) -> Callable[[], dict[str, np.ndarray]]:
    communities = workload.communities
    _ = communities.values, communities.known  # read from the table once, before the clock runs
    return lambda: {
        renamed(name, repeat): answer
        for repeat in range(workload.repeats)
        for name, answer in met(communities, repeat).items()
    }


def read(answers: dict[str, np.ndarray], workload: Workload) -> np.ndarray:
    return np.stack([answers[name] for name in workload.indicators])


PROGRAMS = (Program("NumPy by hand", "frames", "met", begin, read, distribution="numpy", by_hand=True),)

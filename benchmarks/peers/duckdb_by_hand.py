"""The 22 indicators as a good engineer writes them in SQL for DuckDB: whether each is met, and all four outcomes as codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import numpy as np
import pyarrow as pa

from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED

from .communities import columns, filled
from .program import Program
from .repeats import renamed, ten_thousandths
from .workload import CODES, Workload


def share(part: str, whole: str, points: int) -> str:
    return f"{part} * 10000 >= {whole} * {points}"


def share_or_none(part: str, whole: str, points: int) -> str:
    """Return whether a part is large enough, or null where there is no whole."""
    return f"(CASE WHEN {whole} > 0 THEN {share(part, whole, points)} END)"


def hundredths(fact: str) -> str:
    return f"round({fact} * 100)::BIGINT"


def all_of(parts: Iterable[str]) -> str:
    return " AND ".join(parts)


def any_of(parts: Iterable[str]) -> str:
    return " OR ".join(parts)


def count(members: Iterable[str]) -> str:
    return " + ".join(f"{member}::TINYINT" for member in members)


def met(members: dict[str, list[str]], repeat: int = 0) -> dict[str, str]:
    """Return the 22 indicators as booleans; null counts as no.

    Args:
        members: the columns of each set.
    """

    def percent(number: int) -> int:
        return ten_thousandths(number, repeat)

    def whole(part: str, of: str) -> str:
        return f"{of} > 0 AND {share(part, of, percent(100))}"

    old = f"residents_60_plus * 10000 > residents * {percent(30)}"
    return {
        "wired_broadband": share("gigabit_households", "households", percent(70)),
        "mobile_network": share(hundredths("area_5g"), hundredths("area"), percent(80)),
        "broadcasting": share("broadcast_households", "households", percent(70)),
        "video_surveillance": all_of(
            (
                "key_positions > 0 AND cameras > 0 AND video_resources > 0",
                share("key_positions_covered", "key_positions", percent(90)),
                share("cameras_online", "cameras", percent(90)),
                share("cameras_intact", "cameras", percent(90)),
                share("video_resources_streaming", "video_resources", percent(80)),
                share("cameras_compliant", "cameras", percent(90)),
            )
        ),
        "ebike_charging": whole("quarters_with_ebike_charging", "quarters_with_ebikes"),
        "information_platform": "platform_data_unified AND property_platform_connected AND "
        f"{count(members['scenarios'])} >= 3",
        "government_services": any_of(members["one_stop_channels"]),
        "elderly_care": f"coalesce({old}, true) AND {count(members['elderly_services'])} >= 2",
        "convenience": f"coalesce(convenience_needed, true) AND ({any_of(members['convenience_facilities'])})",
        "utility_payment": all_of(members["online_payments"]),
        "policing": all_of(members["policing_functions"]),
        "access_control": whole("gated_quarters_with_access_control", "gated_quarters"),
        "perimeter": whole("gated_quarters_with_perimeter_alarm", "gated_quarters"),
        "falling_objects": whole("highrise_buildings_monitored", "highrise_buildings"),
        "fire_hazards": share("quarters_with_lift_alarm", "quarters", percent(50)),
        "fire_alarm": share("residential_buildings_with_fire_alarm", "residential_buildings", percent(100)),
        "governance": "digital_decision_support AND party_records_unified",
        "participation": all_of(("online_elections", "online_deliberation", *members["open_affairs"])),
        "epidemic_control": all_of(("epidemic_information_live", *members["epidemic_records"])),
        "publicity": "publicity_events >= 1",
        "information_security": all_of(
            ("personal_data_encrypted", "access_restricted", "audit_log_immutable", *members["access_levels"])
        ),
        "innovation": "innovative_scenarios >= 1",
    }


def code(statement: str) -> str:
    """Return the code of a statement that is true, false or unknown."""
    return f"CASE ({statement}) WHEN true THEN {CODES[MET]} WHEN false THEN {CODES[NOT_MET]} ELSE {CODES[UNDETERMINED]} END"


def asked_where(condition: str, statement: str) -> str:
    """Return the code of what is asked where a condition holds, which may be unknown."""
    return (
        f"CASE WHEN NOT ({condition}) THEN {CODES[NOT_APPLICABLE]} WHEN {statement} THEN {CODES[MET]} "
        f"WHEN ({condition}) AND NOT ({statement}) THEN {CODES[NOT_MET]} ELSE {CODES[UNDETERMINED]} END"
    )


def outcomes(members: dict[str, list[str]], repeat: int = 0) -> dict[str, str]:
    """Return the 22 indicators as codes of outcomes."""

    def percent(number: int) -> int:
        return ten_thousandths(number, repeat)

    def whole(part: str, of: str) -> str:
        return asked_where(f"{of} > 0", share(part, of, percent(100)))

    said = {name: code(statement) for name, statement in met(members, repeat).items()}
    return said | {
        "video_surveillance": code(
            all_of(
                (
                    share_or_none("key_positions_covered", "key_positions", percent(90)),
                    share_or_none("cameras_online", "cameras", percent(90)),
                    share_or_none("cameras_intact", "cameras", percent(90)),
                    share_or_none("video_resources_streaming", "video_resources", percent(80)),
                    share_or_none("cameras_compliant", "cameras", percent(90)),
                )
            )
        ),
        "ebike_charging": whole("quarters_with_ebike_charging", "quarters_with_ebikes"),
        "access_control": whole("gated_quarters_with_access_control", "gated_quarters"),
        "perimeter": whole("gated_quarters_with_perimeter_alarm", "gated_quarters"),
        "falling_objects": whole("highrise_buildings_monitored", "highrise_buildings"),
        "elderly_care": asked_where(
            f"residents_60_plus * 10000 > residents * {percent(30)}", f"{count(members['elderly_services'])} >= 2"
        ),
        "convenience": asked_where("convenience_needed", any_of(members["convenience_facilities"])),
    }


def query(say: Callable[[dict[str, list[str]], int], dict[str, str]], workload: Workload, kind: str) -> str:
    members = {fact.id: [f'"{name}"' for name in columns(fact)] for fact in workload.communities.edition.facts}
    asked = (
        f"({statement})::{kind} AS {renamed(name, repeat)}"
        for repeat in range(workload.repeats)
        for name, statement in say(members, repeat).items()
    )
    return f"SELECT {', '.join(asked)} FROM communities"


def begin(
    say: Callable[[dict[str, list[str]], int], dict[str, str]], kind: str, workload: Workload
) -> Callable[[], pa.Table]:
    connection = duckdb.connect()
    connection.register("frame", workload.communities.table)
    connection.execute("CREATE TABLE communities AS SELECT * FROM frame")  # its own form, a fifth faster than Arrow's
    asked = query(say, workload, kind)
    return lambda: connection.sql(asked).to_arrow_table()


def begin_met(workload: Workload) -> Callable[[], pa.Table]:
    return begin(met, "BOOLEAN", workload)


def begin_outcomes(workload: Workload) -> Callable[[], pa.Table]:
    return begin(outcomes, "TINYINT", workload)


def read(answers: pa.Table, workload: Workload) -> np.ndarray:
    return np.stack([filled(answers[name]) for name in workload.indicators])


PROGRAMS = (
    Program("DuckDB by hand", "frames", "met", begin_met, read, distribution="duckdb", by_hand=True),
    Program("DuckDB by hand", "frames", "outcomes", begin_outcomes, read, distribution="duckdb", by_hand=True),
)

"""The 22 indicators as a good engineer writes them in Polars: whether each is met, and all four outcomes as codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from smartrules.outcome import MET, NOT_APPLICABLE, NOT_MET, UNDETERMINED

from .program import Program
from .repeats import renamed, ten_thousandths
from .workload import CODES, Workload

SCENARIOS = [
    "childcare",
    "education",
    "medical",
    "elderly_care",
    "disability",
    "employment",
    "culture_sports",
    "property",
    "convenience",
    "legal",
    "counselling",
    "veterans",
    "access",
    "perimeter",
    "falling_objects",
    "policing",
    "special_groups",
    "fire_hazards",
    "fire_alarm",
    "emergency",
    "epidemic",
    "other",
]
CHANNELS = ["staffed_window", "online_area", "home_visit", "telephone"]
ELDERLY = ["meals", "bathing", "cleaning", "medical", "mobility", "emergency", "recreation"]
FACILITIES = ["parcel_locker", "mail_locker", "vending_machine", "water_dispenser", "other"]
PAYMENTS = ["water", "electricity", "gas", "heating", "property_fee"]
POLICING = ["security_warnings", "incident_alerts", "resident_reports", "situation_sharing"]
AFFAIRS = ["party", "committee", "finance"]
RECORDS = ["vaccination", "testing", "key_persons"]
LEVELS = ["managers", "operators", "maintainers"]


def kinds(fact: str, members: Sequence[str]) -> list[pl.Expr]:
    return [pl.col(f"{fact}.{member}") for member in members]


def count(fact: str, members: Sequence[str]) -> pl.Expr:
    """Return how many members a set has, or null where it is missing."""
    return pl.sum_horizontal(kinds(fact, members), ignore_nulls=False)


def share(part: str, whole: str, points: int) -> pl.Expr:
    return pl.col(part) * 10_000 >= pl.col(whole) * points


def share_or_none(part: str, whole: str, points: int) -> pl.Expr:
    """Return whether a part is large enough, or null where there is no whole."""
    return pl.when(pl.col(whole) > 0).then(share(part, whole, points))


def hundredths(fact: str) -> pl.Expr:
    """Return an area in whole hundredths: as a float, 5.04 km² of 6.3 km² can miss its 80 %."""
    return (pl.col(fact) * 100).round().cast(pl.Int64)


# --- whether an indicator is met: null counts as no -----------------------------------------------------------------


def met(repeat: int = 0) -> dict[str, pl.Expr]:
    """Return the 22 indicators as booleans."""

    def percent(number: int) -> int:
        return ten_thousandths(number, repeat)

    def whole(part: str, of: str) -> pl.Expr:
        return (pl.col(of) > 0) & share(part, of, percent(100))

    old = pl.col("residents_60_plus") * 10_000 > pl.col("residents") * percent(30)
    return {
        "wired_broadband": share("gigabit_households", "households", percent(70)),
        "mobile_network": hundredths("area_5g") * 10_000 >= hundredths("area") * percent(80),
        "broadcasting": share("broadcast_households", "households", percent(70)),
        "video_surveillance": (pl.col("key_positions") > 0)
        & (pl.col("cameras") > 0)
        & (pl.col("video_resources") > 0)
        & share("key_positions_covered", "key_positions", percent(90))
        & share("cameras_online", "cameras", percent(90))
        & share("cameras_intact", "cameras", percent(90))
        & share("video_resources_streaming", "video_resources", percent(80))
        & share("cameras_compliant", "cameras", percent(90)),
        "ebike_charging": whole("quarters_with_ebike_charging", "quarters_with_ebikes"),
        "information_platform": pl.col("platform_data_unified")
        & pl.col("property_platform_connected")
        & (count("scenarios", SCENARIOS) >= 3),
        "government_services": pl.any_horizontal(kinds("one_stop_channels", CHANNELS)),
        "elderly_care": old.fill_null(True) & (count("elderly_services", ELDERLY) >= 2),
        "convenience": pl.col("convenience_needed").fill_null(True)
        & pl.any_horizontal(kinds("convenience_facilities", FACILITIES)),
        "utility_payment": pl.all_horizontal(kinds("online_payments", PAYMENTS)),
        "policing": pl.all_horizontal(kinds("policing_functions", POLICING)),
        "access_control": whole("gated_quarters_with_access_control", "gated_quarters"),
        "perimeter": whole("gated_quarters_with_perimeter_alarm", "gated_quarters"),
        "falling_objects": whole("highrise_buildings_monitored", "highrise_buildings"),
        "fire_hazards": share("quarters_with_lift_alarm", "quarters", percent(50)),
        "fire_alarm": share("residential_buildings_with_fire_alarm", "residential_buildings", percent(100)),
        "governance": pl.col("digital_decision_support") & pl.col("party_records_unified"),
        "participation": pl.all_horizontal("online_elections", "online_deliberation", *kinds("open_affairs", AFFAIRS)),
        "epidemic_control": pl.all_horizontal("epidemic_information_live", *kinds("epidemic_records", RECORDS)),
        "publicity": pl.col("publicity_events") >= 1,
        "information_security": pl.all_horizontal(
            "personal_data_encrypted", "access_restricted", "audit_log_immutable", *kinds("access_levels", LEVELS)
        ),
        "innovation": pl.col("innovative_scenarios") >= 1,
    }


# --- all four outcomes ----------------------------------------------------------------------------------------------


def code(statement: pl.Expr) -> pl.Expr:
    """Return the code of a statement that is true, false or unknown."""
    return statement.cast(pl.Int8).fill_null(CODES[UNDETERMINED])


def asked_where(condition: pl.Expr, outcome: pl.Expr) -> pl.Expr:
    """Return the code of what is asked where a condition holds, which may be unknown."""
    met_anyway = pl.when(outcome == CODES[MET]).then(CODES[MET]).otherwise(CODES[UNDETERMINED])
    elsewhere = pl.when(~condition).then(CODES[NOT_APPLICABLE]).otherwise(met_anyway)
    return pl.when(condition).then(outcome).otherwise(elsewhere).cast(pl.Int8)


def outcomes(repeat: int = 0) -> dict[str, pl.Expr]:
    """Return the 22 indicators as codes of outcomes."""
    assert (CODES[NOT_MET], CODES[MET]) == (False, True)

    def percent(number: int) -> int:
        return ten_thousandths(number, repeat)

    def whole(part: str, of: str) -> pl.Expr:
        """Return what is asked where there is something; where that is unknown, so is the share of it."""
        asked = code(share(part, of, percent(100)))
        return pl.when(pl.col(of) == 0).then(CODES[NOT_APPLICABLE]).otherwise(asked).cast(pl.Int8)

    statements = met(repeat)
    old = pl.col("residents_60_plus") * 10_000 > pl.col("residents") * percent(30)
    return {name: code(statement) for name, statement in statements.items()} | {
        "video_surveillance": code(
            pl.all_horizontal(
                share_or_none("key_positions_covered", "key_positions", percent(90)),
                share_or_none("cameras_online", "cameras", percent(90)),
                share_or_none("cameras_intact", "cameras", percent(90)),
                share_or_none("video_resources_streaming", "video_resources", percent(80)),
                share_or_none("cameras_compliant", "cameras", percent(90)),
            )
        ),
        "ebike_charging": whole("quarters_with_ebike_charging", "quarters_with_ebikes"),
        "access_control": whole("gated_quarters_with_access_control", "gated_quarters"),
        "perimeter": whole("gated_quarters_with_perimeter_alarm", "gated_quarters"),
        "falling_objects": whole("highrise_buildings_monitored", "highrise_buildings"),
        "elderly_care": asked_where(old, code(count("elderly_services", ELDERLY) >= 2)),
        "convenience": asked_where(
            pl.col("convenience_needed"), code(pl.any_horizontal(kinds("convenience_facilities", FACILITIES)))
        ),
    }


# --- the programs ---------------------------------------------------------------------------------------------------


def expressions(say: Callable[[int], dict[str, pl.Expr]], workload: Workload) -> list[pl.Expr]:
    return [
        expression.alias(renamed(name, repeat))
        for repeat in range(workload.repeats)
        for name, expression in say(repeat).items()
    ]


def eager_met(workload: Workload) -> Callable[[], pl.DataFrame]:
    frame, asked = pl.from_arrow(workload.communities.table), expressions(met, workload)
    return lambda: frame.select(asked)


def lazy_met(workload: Workload) -> Callable[[], pl.DataFrame]:
    frame, asked = pl.from_arrow(workload.communities.table).lazy(), expressions(met, workload)
    return lambda: frame.select(asked).collect()


def lazy_outcomes(workload: Workload) -> Callable[[], pl.DataFrame]:
    frame, asked = pl.from_arrow(workload.communities.table).lazy(), expressions(outcomes, workload)
    return lambda: frame.select(asked).collect()


def eager_outcomes(workload: Workload) -> Callable[[], pl.DataFrame]:
    frame, asked = pl.from_arrow(workload.communities.table), expressions(outcomes, workload)
    return lambda: frame.select(asked)


def read_met(answers: pl.DataFrame, workload: Workload) -> np.ndarray:
    return np.stack([answers[name].fill_null(False).to_numpy() for name in workload.indicators])


def read_outcomes(answers: pl.DataFrame, workload: Workload) -> np.ndarray:
    return np.stack([answers[name].to_numpy() for name in workload.indicators])


def program(name: str, begin: Callable[[Workload], Callable[[], pl.DataFrame]], *, all_four: bool) -> Program:
    return Program(
        f"Polars by hand, {name}",
        "frames",
        "outcomes" if all_four else "met",
        begin,
        read_outcomes if all_four else read_met,
        distribution="polars",
        by_hand=True,
    )


PROGRAMS = (
    program("lazy", lazy_met, all_four=False),
    program("eager", eager_met, all_four=False),
    program("lazy", lazy_outcomes, all_four=True),
    program("eager", eager_outcomes, all_four=True),
)

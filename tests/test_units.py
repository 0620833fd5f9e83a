"""Units: exact sizes as pint has them, the spellings people use, and what is refused at once."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smartrules import units
from smartrules.diagnostics import Fault
from smartrules.unit_table import COUNTING, DERIVED, MEASURING, POWERS
from smartrules.units import NO_DIMENSION, ONE, PERCENT, Unit, describe, multiply, root_unit, unit

ROWS = (*COUNTING, *DERIVED, *MEASURING)
SPELLINGS = [
    (row[0], spelling)
    for row in ROWS
    for spelling in (row[0], row[3], row[4], row[5], *row[6])
    if spelling and " " not in spelling
]


def size(text: str) -> Fraction:
    return unit(text).size


# --- sizes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", MEASURING, ids=lambda row: row[0])
def test_a_measuring_unit_is_what_pint_says(row: tuple[str, str, units.Dimension, str]) -> None:
    name, stated, roots, *_ = row
    assert units._measured(name) == (Fraction(stated), roots)


@pytest.mark.parametrize("row", [*COUNTING, *DERIVED], ids=lambda row: row[0])
def test_pint_knows_nothing_else_by_the_name_of_an_own_unit(row: tuple[str, ...]) -> None:
    # `count` and `item` of an author must never become pint's plain numbers.
    assert unit(row[0]).dimension != NO_DIMENSION


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mu", Fraction(2000, 3)),
        ("亩", Fraction(2000, 3)),
        ("公顷", 10_000),
        ("平方公里", 1_000_000),
        ("平方千米", 1_000_000),
        ("平方米", 1),
        ("km²", 1_000_000),
        ("㎡", 1),
        ("are", 100),
    ],
)
def test_areas_in_square_metres(one: str, other: Fraction) -> None:
    assert unit(one).dimension == (("meter", 2),)
    assert size(one) == other


def test_fifteen_mu_are_a_hectare_and_1500_a_square_kilometre() -> None:
    assert 15 * size("亩") == size("公顷")
    assert 1500 * size("mu") == size("km^2")
    assert 100 * size("公顷") == size("平方公里")


@pytest.mark.parametrize(
    ("text", "amount", "of"),
    [
        ("万人", 10_000, "person"),
        ("十万人", 100_000, "person"),
        ("十万人", 10, "万人"),
        ("人/十万人", Fraction(1, 1000), "%"),
        ("万户", 10_000, "household"),
        ("万元", 10_000, "yuan"),
        ("‰", Fraction(1, 10), "%"),
        ("ppm", Fraction(1, 1000), "‰"),
        ("km/h", Fraction(5, 18), "m/s"),
        ("kWh", 3_600_000, "W*s"),
        ("year", 12, "month"),
        ("week", 7, "day"),
        ("次/月", 12, "次/年"),
        ("Gbit", 1000, "Mbit"),
        ("MB", 8, "Mbit"),
        ("人/km²", Fraction(1, 100), "人/公顷"),
        ("L", 1000, "mL"),
        ("立方米", 1000, "升"),
        ("吨", 1000, "公斤"),
        ("mg/m³", 1000, "µg/m³"),
    ],
)
def test_one_unit_in_another(text: str, amount: Fraction, of: str) -> None:
    assert unit(text).dimension == unit(of).dimension
    assert size(text) == amount * size(of)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("inch", Fraction(254, 10_000)),
        ("foot", Fraction(3048, 10_000)),
        ("mile", Fraction(1_609_344, 1000)),
        ("acre", Fraction(62_726_400_000, 15_499_969)),
        ("furlong", Fraction(660 * 1200, 3937)),
        ("mph", Fraction(1_609_344, 3_600_000)),
        ("fortnight", 14 * 86_400),
        ("ångström", Fraction(1, 10**10)),
        ("hectometer", 100),
        ("kilofurlong", Fraction(660_000 * 1200, 3937)),
    ],
)
def test_units_from_elsewhere_are_exact_too(text: str, exact: Fraction) -> None:
    assert size(text) == exact


# --- spellings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "spelling"), SPELLINGS, ids=lambda text: text)
def test_every_spelling_of_a_row_names_it(name: str, spelling: str) -> None:
    assert unit(spelling) == unit(name)
    assert unit(spelling).factors == ((name, 1),)


def test_no_spelling_names_two_units() -> None:
    seen: dict[str, str] = {}
    for name, spelling in SPELLINGS:
        assert seen.setdefault(spelling, name) == name
    assert not set(seen) & set(POWERS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_unit_is_printed_as_it_can_be_read(row: tuple[str, ...]) -> None:
    one = unit(row[0])
    assert str(one) == row[3]
    for written in (str(one), one.after(1), one.after(2), one.chinese()):
        assert unit(written) == one


_TERMS = st.tuples(st.sampled_from([row[3] for row in ROWS]), st.sampled_from((-2, -1, 1, 2)))


@given(st.lists(_TERMS, min_size=1, max_size=3))
def test_a_product_of_units_is_printed_as_it_can_be_read(terms: list[tuple[str, int]]) -> None:
    one = unit("*".join(f"{name}^{exponent}" for name, exponent in terms))
    if one.factors:
        again = unit(str(one))
        assert (again, again.size, again.dimension) == (one, one.size, one.dimension)
        assert unit(one.after(5)) == one
    else:
        assert (str(one), one.size) == ("", 1)


@given(st.lists(_TERMS, min_size=1, max_size=3))
def test_the_size_and_dimension_of_a_product_are_those_of_its_terms(terms: list[tuple[str, int]]) -> None:
    one = unit("*".join(f"{name}^{exponent}" for name, exponent in terms))
    expected, dimension = Fraction(1), NO_DIMENSION
    for name, exponent in terms:
        expected *= size(name) ** exponent
        for _ in range(abs(exponent)):
            dimension = multiply(dimension, unit(name).dimension, 1 if exponent > 0 else -1)
    assert one.size == expected
    assert one.dimension == dimension


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("％", "%"),
        ("ｋｍ＾２", "km^2"),
        ("km**2", "km^2"),
        ("km²", "km^2"),
        ("㎢", "km^2"),
        ("㎡", "m^2"),
        ("㎥", "m^3"),
        ("人/㎢", "person/km^2"),
        ("m³", "m^3"),
        ("次／年", "event/year"),
        ("次 / 年", "event/year"),
        ("event per year", "event/year"),
        ("events/year", "event/year"),
        ("m·s", "m*s"),
        ("m⋅s", "m*s"),
        ("m × s", "m*s"),
        ("1/year", "year^-1"),
        ("m/s/s", "m/s^2"),
        ("m*m", "m^2"),
        ("km2/年", "km^2/year"),
        ("  户 ", "household"),
        ("year^-1*event", "event/year"),
    ],
)
def test_units_as_keyboards_give_them(written: str, plain: str) -> None:
    assert unit(written) == unit(plain)


@pytest.mark.parametrize(
    ("text", "symbol", "chinese", "english_1", "english_2"),
    [
        ("户", "household", "户", "household", "households"),
        ("people", "person", "人", "person", "persons"),
        ("km2", "km^2", "平方公里", "km^2", "km^2"),
        ("m3", "m^3", "立方米", "m^3", "m^3"),
        ("%", "%", "%", "%", "%"),
        ("次/年", "event/year", "次/年", "event/year", "events/year"),
        ("人/平方公里", "person/km^2", "人/平方公里", "person/km^2", "persons/km^2"),
        ("亩", "mu", "亩", "mu", "mu"),
        ("万人", "wan_person", "万人", "10k person", "ten thousand persons"),
        ("十万人", "shiwan_person", "十万人", "100k person", "hundred thousand persons"),
        ("人/十万人", "person/shiwan_person", "人/十万人", "person/100,000 persons", "persons/100,000 persons"),
        ("个/万人", "station/wan_person", "个/万人", "station/10,000 persons", "stations/10,000 persons"),
        ("台/万户", "device/wan_household", "台/万户", "device/10,000 households", "devices/10,000 households"),
        ("1/万人", "wan_person^-1", "1/万人", "1/10,000 persons", "1/10,000 persons"),
        ("个月", "month", "个月", "month", "months"),
        ("次/个月", "event/month", "次/月", "event/month", "events/month"),
        ("1/month", "month^-1", "1/月", "1/month", "1/month"),
        ("m/s^2", "m/s^2", "米/平方秒", "m/s^2", "m/s^2"),
        ("1/year", "year^-1", "1/年", "1/year", "1/year"),
        ("inch", "inch", "inch", "inch", "inch"),
    ],
)
def test_the_words_of_a_unit(text: str, symbol: str, chinese: str, english_1: str, english_2: str) -> None:
    one = unit(text)
    assert (str(one), one.chinese(), one.english(1), one.english(2)) == (symbol, chinese, english_1, english_2)


def test_a_plain_number_has_no_unit() -> None:
    assert Unit((), Fraction(1), ()) == ONE
    assert (str(ONE), ONE.chinese(), ONE.english(), ONE.after(3), ONE.counts) == ("", "", "", "", False)


def test_units_are_equal_where_they_are_written_alike() -> None:
    assert unit("km2") == unit("平方公里")
    assert hash(unit("km2")) == hash(unit("平方公里"))
    assert unit("km^2") != unit("m^2")
    assert unit("次/年") != unit("次")


# --- dimensions ----------------------------------------------------------------------------------------------------


def test_counting_units_are_dimensions_of_their_own() -> None:
    for one, other in combinations(COUNTING, 2):
        assert unit(one[0]).dimension != unit(other[0]).dimension
        assert unit(f"{one[0]}/{other[0]}").dimension != NO_DIMENSION


@pytest.mark.parametrize("row", COUNTING, ids=lambda row: row[0])
def test_a_part_of_a_count_is_a_share(row: tuple[str, ...]) -> None:
    own = unit(row[0])
    assert multiply(own.dimension, own.dimension, -1) == NO_DIMENSION == PERCENT.dimension
    assert own.counts
    assert own.counts_first


def test_cameras_per_household_are_no_percentage() -> None:
    assert unit("camera/household").dimension == (("camera", 1), ("household", -1))
    assert unit("camera/household").dimension != PERCENT.dimension


@pytest.mark.parametrize(
    ("text", "counts", "counts_first"),
    [
        ("household", True, True),
        ("万户", True, True),
        ("event/year", False, True),
        ("person/km^2", False, True),
        ("km^2", False, False),
        ("%", False, False),
        ("person^2", False, False),
        ("1/person", False, False),
        ("inch", False, False),
    ],
)
def test_which_units_count_things(text: str, counts: bool, counts_first: bool) -> None:
    assert (unit(text).counts, unit(text).counts_first) == (counts, counts_first)


@given(st.lists(_TERMS, max_size=3), st.lists(_TERMS, max_size=3))
def test_multiplying_and_dividing_dimensions_undo_each_other(
    left: list[tuple[str, int]], right: list[tuple[str, int]]
) -> None:
    def dimension(terms: list[tuple[str, int]]) -> units.Dimension:
        return unit("*".join(f"{n}^{e}" for n, e in terms)).dimension if terms else NO_DIMENSION

    a, b = dimension(left), dimension(right)
    assert multiply(multiply(a, b), b, -1) == a
    assert multiply(a, b) == multiply(b, a)
    assert multiply(a, a, -1) == NO_DIMENSION


@pytest.mark.parametrize(
    ("text", "root", "described"),
    [
        ("km^2", "m^2", "`m^2`"),
        ("万户", "household", "`household`"),
        ("路/户", "camera/household", "`camera/household`"),
        ("次/年", "event/s", "`event/s`"),
        ("%", "", "a plain number"),
        ("1/年", "s^-1", "`s^-1`"),
    ],
)
def test_a_dimension_is_spoken_of_in_its_root_unit(text: str, root: str, described: str) -> None:
    dimension = unit(text).dimension
    assert str(root_unit(dimension)) == root
    assert root_unit(dimension).size == 1
    assert root_unit(dimension).dimension == dimension
    assert describe(dimension) == described


# --- what is refused -----------------------------------------------------------------------------------------------


def fault_of(text: str) -> Fault:
    with pytest.raises(Fault) as caught:
        unit(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("househould", "SR251"),
        ("nan", "SR251"),
        ("__class__", "SR251"),
        ("kilo", "SR251"),
        ("dozen", "SR251"),
        ("户户", "SR251"),
        ("", "SR252"),
        ("1", "SR252"),
        ("5 %", "SR252"),
        ("°C", "SR252"),
        ("km^", "SR252"),
        ("km^0.5", "SR252"),
        ("km^^2", "SR252"),
        ("m//s", "SR252"),
        ("(m/s)", "SR252"),
        ("10**10**10", "SR252"),
        ("m^10", "SR252"),
        ("m^-10", "SR252"),
        ("m^999999999", "SR252"),
        ("m^9*m", "SR252"),
        ("m^9*m^9", "SR252"),
        ("km2^5", "SR252"),
        ("m*s*g*%*bit*人*户", "SR252"),
        ("m" * 65, "SR252"),
        ("户家庭*" * 100_000, "SR252"),
        ("个订阅*万户*组织^-9", "SR251"),
        ("个订阅*万户*家单位*数据集*社区*户", "SR252"),
        ("degC", "SR253"),
        ("degF", "SR253"),
        ("dB", "SR253"),
        ("dBm", "SR253"),
        ("degree", "SR253"),
        ("pi", "SR253"),
    ],
)
def test_what_is_no_unit_is_refused_with_its_code(text: str, code: str) -> None:
    assert fault_of(text).code == code


def test_the_message_quotes_the_unit_on_one_line_and_cut_short() -> None:
    assert fault_of("户\n" * 100_000).message == f"`{('户 ' * 30)[:59]}…` is too long for a unit"
    assert fault_of("househould").message == "unknown unit `househould`"
    assert fault_of("househould").help == "did you mean `household`?"


def test_what_is_a_unit_may_be_long_and_high() -> None:
    assert unit("m^9").size == 1
    assert unit("m^5*m^4") == unit("m^9")
    assert unit("m*s*g*%*bit*人").factors == (
        ("meter", 1),
        ("second", 1),
        ("gram", 1),
        ("percent", 1),
        ("bit", 1),
        ("person", 1),
    )


_ANYTHING = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"[^\W\d]\w{0,8}", fullmatch=True),
    st.lists(st.sampled_from(["m", "km", "户", "%", "*", "/", "^", "2", "-9", " per ", "²", "1", "**", "·"])).map(
        "".join
    ),
)


@settings(max_examples=500)
@given(_ANYTHING)
@example("a" * 64)
@example("True")
@example("meter_per_second_per_degC")
def test_any_text_is_a_unit_that_can_be_printed_and_read_or_is_refused(text: str) -> None:
    try:
        one = unit(text)
    except Fault as fault:
        assert fault.code in ("SR251", "SR252", "SR253")
    else:
        assert one.size > 0
        assert not one.factors or unit(str(one)) == one

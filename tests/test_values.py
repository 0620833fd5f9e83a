"""Numbers, quantities and dates: read exactly from what people write, and written without losing anything."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smartrules.diagnostics import Fault
from smartrules.units import ONE, unit
from smartrules.values import (
    Kind,
    Number,
    Quantity,
    decimal_places,
    exact,
    quotient,
    ratio,
    read_date,
    read_number,
    read_quantity,
    show_number,
    simplest,
    write_number,
)
from tests.strategies import decimals


def fault_of(text: str) -> Fault:
    with pytest.raises(Fault) as caught:
        read_quantity(text)
    return caught.value


# --- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3461", 3461),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("3,461", 3461),
        ("1,234,567.5", Fraction(2_469_135, 2)),
        ("３４６１", 3461),
        ("３，４６１．５", Fraction(6923, 2)),
        ("6.3", Fraction(63, 10)),
        ("6.30", Fraction(63, 10)),
        ("6.", 6),
        (".5", Fraction(1, 2)),
        ("+5", 5),
        ("-5", -5),
        ("− 5.5", Fraction(-11, 2)),
        ("－５", -5),
        ("1e3", 1000),
        ("1.5E-3", Fraction(3, 2000)),
        ("1e+2", 100),
        ("  12  ", 12),
        ("9" * 40, 10**40 - 1),
        ("1e39", 10**39),
        ("1e-39", Fraction(1, 10**39)),
        ("0." + "0" * 38 + "1", Fraction(1, 10**39)),
    ],
)
def test_a_number_is_read_exactly(text: str, number: Number) -> None:
    found = read_number(text)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    ("text", "number", "measured"),
    [
        ("6.3 km²", Fraction(63, 10), "km^2"),
        ("6.3km2", Fraction(63, 10), "km^2"),
        ("6.3 ㎢", Fraction(63, 10), "km^2"),
        ("6300000㎡", 6_300_000, "m^2"),
        ("3461户", 3461, "household"),
        ("３４６１户", 3461, "household"),
        ("90%", 90, "%"),
        ("９０％", 90, "%"),
        ("4 次/年", 4, "event/year"),
        ("-2.5 ‰", Fraction(-5, 2), "‰"),
        ("1,200 人", 1200, "person"),
        ("1e3 m", 1000, "m"),
    ],
)
def test_a_quantity_is_a_number_and_its_unit(text: str, number: Number, measured: str) -> None:
    assert read_quantity(text) == (number, unit(measured))


def test_a_bare_number_names_no_unit() -> None:
    assert read_quantity("12.5") == (Fraction(25, 2), None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "SR207"),
        ("ten", "SR207"),
        (".", "SR207"),
        ("-", "SR207"),
        ("% 5", "SR207"),
        ("1,23", "SR207"),
        ("1234,567", "SR207"),
        ("1.2.3", "SR207"),
        ("1 000", "SR207"),
        ("e5", "SR207"),
        ("9" * 41, "SR207"),
        ("1e40", "SR207"),
        ("1e-40", "SR207"),
        ("99e38", None),
        ("99e39", "SR207"),
        ("." + "3" * 39, None),
        ("." + "3" * 40, "SR207"),
        ("1e999999999", "SR207"),
        ("1e-999999999", "SR207"),
        ("1" * 100_000, "SR207"),
        ("nan", "SR507"),
        ("NaN", "SR507"),
        (".nan", "SR507"),
        ("inf", "SR507"),
        ("-inf", "SR507"),
        (".inf", "SR507"),
        ("-.Inf", "SR507"),
        ("Infinity", "SR507"),
        ("５ｎｏｓｕｃｈｕｎｉｔ", "SR251"),
        ("5 m^99", "SR252"),
        ("1_000", "SR251"),
        ("20 degC", "SR253"),
    ],
)
def test_what_is_no_number_is_refused_with_its_code(text: str, code: str | None) -> None:
    if code is None:
        assert read_quantity(text)[1] is None
    else:
        assert fault_of(text).code == code


def test_a_number_takes_no_unit_where_none_belongs() -> None:
    with pytest.raises(Fault) as caught:
        read_number("5 %")
    assert (caught.value.code, caught.value.message) == ("SR207", "`5 %` is no number")


def test_the_message_quotes_the_number_and_cuts_it_short() -> None:
    assert fault_of("ten").message == "`ten` is no number"
    assert fault_of("1e999999999").message == "the number `1e999999999` is too long"
    assert fault_of("1" * 100_000).message == f"the number `{'1' * 29}…` is too long"
    assert fault_of(".inf").message == "`.inf` is not a finite number"


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=12), st.text("0123456789.,eE+-%户 km²", max_size=12)))
@example("٣")
def test_any_text_is_a_quantity_or_refused_with_a_code(text: str) -> None:
    try:
        number, _ = read_quantity(text)
    except Fault as fault:
        assert fault.code in ("SR207", "SR251", "SR252", "SR253", "SR507")
    else:
        assert read_number(write_number(number)) == number if decimal_places(number.denominator) is not None else True


# --- Python numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "meant"),
    [
        (0.1, Fraction(1, 10)),
        (0.7, Fraction(7, 10)),
        (6.3, Fraction(63, 10)),
        (-0.5, Fraction(-1, 2)),
        (70.0, 70),
        (1e22, 10**22),
        (1e-7, Fraction(1, 10**7)),
        (0.1 + 0.2, Fraction(30000000000000004, 10**17)),
        (12, 12),
        (Decimal("6.30"), Fraction(63, 10)),
        (Decimal("1E+3"), 1000),
        (Fraction(2423, 3461), Fraction(2423, 3461)),
        (Fraction(4, 2), 2),
    ],
)
def test_a_python_number_is_taken_as_its_writer_meant_it(number: float | Decimal | Fraction, meant: Number) -> None:
    found = exact(number)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (float("nan"), "SR507"),
        (float("inf"), "SR507"),
        (float("-inf"), "SR507"),
        (Decimal("NaN"), "SR507"),
        (Decimal("-Infinity"), "SR507"),
        (10**40, "SR207"),
        (-(10**40), "SR207"),
        (1e300, "SR207"),
        (1e-300, "SR207"),
        (Decimal("1e999999"), "SR207"),
        (Fraction(1, 10**40), "SR207"),
        (Fraction(10**40, 3), "SR207"),
    ],
)
def test_a_python_number_that_cannot_be_meant_is_refused(number: float | Decimal | Fraction, code: str) -> None:
    with pytest.raises(Fault) as caught:
        exact(number)
    assert caught.value.code == code


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_a_float_written_with_few_decimals_is_that_decimal(digits: int, places: int) -> None:
    meant = Fraction(digits, 10**places)
    assert exact(float(meant)) == meant


# --- writing -------------------------------------------------------------------------------------------------------


@given(decimals(minimum=-(10**18), maximum=10**18, places=18))
def test_a_decimal_is_written_as_it_is_read(number: Number) -> None:
    assert read_number(write_number(number)) == number


@given(st.fractions())
def test_a_fraction_is_written_as_python_reads_it(number: Fraction) -> None:
    assert Fraction(write_number(simplest(number))) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3461, "3461"),
        (-5, "-5"),
        (0, "0"),
        (Fraction(7, 10), "0.7"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-2423, 3461), "-2423/3461"),
        (Fraction(1, 2**10), "0.0009765625"),
        (Fraction(5, 10**12), "0.000000000005"),
        (10**39, "1" + "0" * 39),
    ],
)
def test_an_exact_text(number: Number, text: str) -> None:
    assert write_number(number) == text


@pytest.mark.parametrize(
    ("denominator", "places"), [(1, 0), (2, 1), (5, 1), (10, 1), (8, 3), (625, 4), (40, 3), (3, None), (70, None)]
)
def test_how_many_decimals_a_denominator_needs(denominator: int, places: int | None) -> None:
    assert decimal_places(denominator) == places


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (70, "70"),
        (Fraction(7, 10), "0.7"),
        (Fraction(69_999_999, 10**6), "69.999999"),
        (Fraction(699_999_999, 10**7), "69.9999…"),
        (Fraction(700_000_001, 10**7), "70.0000…"),
        (Fraction(2, 3), "0.6666…"),
        (Fraction(-2, 3), "-0.6666…"),
        (Fraction(1, 10**9), "0.0000…"),
        (Fraction(-1, 10**9), "-0.0000…"),
        (Fraction(100 * 2423, 3461), "70.0086…"),
        (Fraction(1, 64), "0.015625"),
        (Fraction(1, 128), "0.0078…"),
    ],
)
def test_a_number_for_a_reader(number: Number, text: str) -> None:
    assert show_number(number) == text


_NUMBERS = st.one_of(
    st.fractions(min_value=-200, max_value=200),
    # Close to a boundary of four decimals, on either side.
    st.builds(
        lambda near, by: Fraction(near, 10**4) + by, st.integers(0, 10**6), st.fractions(-1, 1).map(lambda f: f / 10**5)
    ),
)


@settings(max_examples=300)
@given(_NUMBERS, st.integers(-200 * 10**4, 200 * 10**4))
@example(Fraction(69_999_999_999, 10**9), 70 * 10**4)
@example(Fraction(70_000_000_001, 10**9), 70 * 10**4)
def test_a_number_is_never_shown_on_the_other_side_of_a_boundary(number: Fraction, ten_thousandths: int) -> None:
    shown = show_number(simplest(number))
    open_ = shown.endswith("…")
    digits = Fraction(shown.removesuffix("…"))
    assert open_ == (digits != number or "/" in shown)
    # Truncated towards zero, never rounded, and less than the last digit away.
    assert 0 <= abs(number) - abs(digits) < Fraction(1, 10**4)
    assert digits * number >= 0
    assert shown.startswith("-") == (number < 0)
    boundary = Fraction(ten_thousandths, 10**4)
    if number >= 0:
        assert (digits >= boundary) == (number >= boundary) or boundary < 0
    else:
        assert (digits <= boundary) == (number <= boundary) or boundary > 0


# --- quantities ----------------------------------------------------------------------------------------------------


@given(st.fractions(), st.sampled_from(["%", "‰", "km^2", "mu", "公顷", "event/year", "wan_person", "household"]))
def test_a_quantity_keeps_its_value_through_root_units(number: Fraction, name: str) -> None:
    quantity = Quantity(simplest(number), unit(name))
    assert quantity.root == number * unit(name).size
    assert Quantity.in_unit(quantity.root, unit(name)) == quantity


@pytest.mark.parametrize(
    ("number", "name", "english", "chinese", "difference_en", "difference_zh"),
    [
        (70, "%", "70 %", "70%", "70 percentage points", "70个百分点"),
        (1, "%", "1 %", "1%", "1 percentage point", "1个百分点"),
        (Fraction(1, 2), "%", "0.5 %", "0.5%", "0.5 percentage points", "0.5个百分点"),
        (1, "household", "1 household", "1户", "1 household", "1户"),
        (3461, "household", "3461 households", "3461户", "3461 households", "3461户"),
        (-1, "quarter", "-1 quarter", "-1个小区", "-1 quarter", "-1个小区"),
        (Fraction(63, 10), "km^2", "6.3 km^2", "6.3平方公里", "6.3 km^2", "6.3平方公里"),
        (4, "event/year", "4 events/year", "4次/年", "4 events/year", "4次/年"),
        (Fraction(1, 2), "event/year", "0.5 events/year", "0.5次/年", "0.5 events/year", "0.5次/年"),
        (Fraction(2, 3), "%", "0.6666… %", "0.6666…%", "0.6666… percentage points", "0.6666…个百分点"),
    ],
)
def test_a_quantity_for_a_reader(
    number: Number, name: str, english: str, chinese: str, difference_en: str, difference_zh: str
) -> None:
    quantity = Quantity(number, unit(name))
    assert (str(quantity), quantity.text("en"), quantity.text("zh")) == (english, english, chinese)
    assert (quantity.difference_text("en"), quantity.difference_text("zh")) == (difference_en, difference_zh)


def test_a_plain_number_has_no_word_behind_it() -> None:
    assert (Quantity(5, ONE).text("en"), Quantity(5, ONE).text("zh")) == ("5", "5")


def test_quantities_are_equal_where_number_and_unit_are() -> None:
    assert Quantity(1, unit("公顷")) == Quantity(Fraction(1), unit("ha"))
    assert hash(Quantity(1, unit("公顷"))) == hash(Quantity(Fraction(1), unit("ha")))
    assert Quantity(1, unit("公顷")) != Quantity(10_000, unit("m^2"))
    assert Quantity(1, unit("公顷")).root == Quantity(10_000, unit("m^2")).root
    with pytest.raises(AttributeError):
        Quantity(1, unit("公顷")).number = 2  # type: ignore[misc]


# --- dates and kinds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2023-11-25", " 2023-11-25 ", "２０２３－１１－２５"])
def test_a_date_is_year_month_and_day(text: str) -> None:
    assert read_date(text) == date(2023, 11, 25)


@pytest.mark.parametrize(
    "text", ["2023-11-31", "2023-13-01", "2023-1-5", "20231125", "2023-W47-6", "25.11.2023", "0000-01-01", "", "today"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        read_date(text)
    assert caught.value.code == "SR113"


@given(st.dates())
def test_a_date_is_read_as_it_is_written(day: date) -> None:
    assert read_date(day.isoformat()) == day


def test_which_kinds_are_numbers() -> None:
    assert {kind.value: kind.is_number for kind in Kind} == {
        "count": True,
        "quantity": True,
        "share": True,
        "rate": True,
        "flag": False,
        "set": False,
        "choice": False,
        "date": False,
    }


# --- dividing ------------------------------------------------------------------------------------------------------

_numbers = st.one_of(st.integers(-(10**6), 10**6), st.fractions(max_denominator=1000))


@given(_numbers, _numbers.filter(bool))
@example(6, -3)
@example(Fraction(1, 2), Fraction(-1, 2))
def test_a_quotient_is_exact_and_whole_where_it_can_be(number: Number, by: Number) -> None:
    found = quotient(simplest(number), simplest(by))
    assert found == Fraction(number) / by
    assert type(found) is (int if (Fraction(number) / by).denominator == 1 else Fraction)


@given(st.integers(), st.integers().filter(bool))
def test_a_ratio_of_whole_numbers_is_their_quotient(numerator: int, denominator: int) -> None:
    assert ratio(numerator, denominator) == quotient(numerator, denominator) == Fraction(numerator, denominator)


def test_nothing_is_divided_by_zero() -> None:
    for dividing in (quotient, ratio):
        with pytest.raises(ZeroDivisionError):
            dividing(1, 0)

"""Numbers of enterprises are checked offline, and an error says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.api.identifiers import (
    REGISTERS,
    legal_entity_identifier,
    register_number,
    vat_number,
)
from sandbox.domain.member_state import TIME_ZONES

GOOD = {
    "AT": ("FN 122119m", "122119m"),
    "BE": ("BE 0428.759.497", "0428759497"),
    "BG": ("175 074 752", "175074752"),
    "CZ": ("25123891", "25123891"),
    "DE": ("Aachen HRA 11223", "Aachen HRA 11223"),
    "DK": ("13585628", "13585628"),
    "EE": ("12345678", "12345678"),
    "ES": ("A13 585 625", "A13585625"),
    "FI": ("2077474-0", "20774740"),
    "FR": ("552 008 443", "552008443"),
    "HR": ("33392005961", "33392005961"),
    "IT": ("00743110157", "00743110157"),
    "LV": ("4000 3521 600", "40003521600"),
    "NL": ("NL-KVK-12345678", "12345678"),
    "PL": ("192598184", "192598184"),
    "PT": ("501 964 843", "501964843"),
    "RO": ("185 472 90", "18547290"),
    "SE": ("123456-7897", "1234567897"),
    "SI": ("9331310000", "9331310"),
}


def test_every_register_has_an_example() -> None:
    assert set(GOOD) == set(REGISTERS)
    assert set(REGISTERS) <= set(TIME_ZONES)


@pytest.mark.parametrize("country", sorted(GOOD))
def test_a_good_number_is_taken_in_its_plain_form(country: str) -> None:
    typed, plain = GOOD[country]

    assert register_number(typed, country) == plain
    assert register_number(plain, country) == plain


@pytest.mark.parametrize(
    ("country", "typed", "plain"),
    [
        ("FR", "732 829 320 00074", "73282932000074"),
        ("FR", "RCS Nancy B 323 159 715", "RCS Nancy B 323159715"),
        ("PL", "KRS 0000012345", "0000012345"),
        ("RO", "J52/750/2012", "J52/750/2012"),
        ("NL", "KVK 12345678", "12345678"),
        ("DE", "Berlin VR 11223", "Berlin (Charlottenburg) VR 11223"),
        ("DE", "München GsR 123", "München GsR 123"),
        ("DE", "GnR 12 Köln", "Köln GnR 12"),
        ("DE", "DE 228 847 810", "DE228847810"),
        ("AT", "ATU37586901", "ATU37586901"),
        ("AT", "ZVR-Zahl: 123456789", "ZVR 123456789"),
        ("AT", "ZVR 1234567890", "ZVR 1234567890"),
        ("ES", "54362315K", "54362315K"),
        ("ES", "ESA13585625", "A13585625"),
        ("NL", "NL004495445B01", "NL004495445B01"),
        ("LU", "B 12345", "B 12345"),
        ("US", "12-3456789", "12-3456789"),
    ],
)
def test_other_registers_of_a_country_and_countries_without_a_check_are_known(
    country: str, typed: str, plain: str
) -> None:
    assert register_number(typed, country) == register_number(plain, country) == plain


@pytest.mark.parametrize(
    ("country", "typed", "wrong"),
    [
        ("DE", "ATU37586901", "not a VAT number of DE, its form is wrong"),
        ("AT", "ZVR 12345", "not a ZVR number of AT, its length is wrong"),
        ("AT", "123456789", "not a ZVR number of AT, its form is wrong"),
        ("FR", "552008444", "not a SIREN of FR, its check digits are wrong"),
        ("FR", "552008444", "not a SIRET of FR, its length is wrong"),
        ("BE", "0428759498", "its check digits are wrong"),
        ("NL", "1234567", "not a KVK number of NL, its length is wrong"),
        ("NL", "x12345678", "not a KVK number of NL, its form is wrong"),
        ("DE", "Nowhere HRA 11223", "a part of it does not exist"),
        ("LU", "B", "3 to 40 letters"),
        ("LU", "no digit", "one digit at least"),
        ("US", "1" * 41, "3 to 40 letters"),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong(country: str, typed: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        register_number(typed, country)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("NL123456789B01", "VAT number"), ("NL", "VAT number"), ("XX123", "a part of it does not")],
)
def test_a_wrong_vat_number_is_told_as_such(typed: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        vat_number(typed)


def test_a_wrong_legal_entity_identifier_is_told_as_such() -> None:
    assert legal_entity_identifier("213800KUD8LAJWSQ9D15") == "213800KUD8LAJWSQ9D15"
    with pytest.raises(ValueError, match="its check digits are wrong"):
        legal_entity_identifier("213800KUD8LAJWSQ9D16")


@given(st.sampled_from([*GOOD, "LU", "US"]), st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_a_sentence(country: str, typed: str) -> None:
    try:
        assert register_number(typed, country)
    except ValueError as error:
        assert "not a" in str(error)  # noqa: PT017 - most are refused, some are not

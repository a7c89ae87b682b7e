"""Numbers that name an enterprise, checked offline by form and check digits; nobody is asked
whether the enterprise exists.
"""

import re
from collections.abc import Callable

from stdnum import lei as lei_number
from stdnum.at import businessid
from stdnum.be import vat as be_enterprise
from stdnum.bg import vat as bg_uic
from stdnum.cz import dic
from stdnum.de import handelsregisternummer
from stdnum.dk import cvr
from stdnum.ee import registrikood
from stdnum.es import nif as es_nif
from stdnum.eu import vat
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)
from stdnum.fi import ytunnus
from stdnum.fr import rcs, siren, siret
from stdnum.hr import oib
from stdnum.it import iva
from stdnum.lv import pvn
from stdnum.pl import regon
from stdnum.pt import nif
from stdnum.ro import cui, onrc
from stdnum.se import orgnr
from stdnum.si import maticna

Check = Callable[[str], str]  # the number in its plain form; ValidationError when it is none

REASONS: tuple[tuple[type[ValidationError], str], ...] = (
    (InvalidLength, "its length is wrong"),
    (InvalidChecksum, "its check digits are wrong"),
    (InvalidComponent, "a part of it does not exist"),
    (InvalidFormat, "its form is wrong"),
)
GSR = re.compile(r"\bGsR\b", re.IGNORECASE)
ZVR = re.compile(r"ZVR(?:Zahl|Nr)?([0-9]*)", re.IGNORECASE)
ANY_NUMBER = re.compile(r"(?=.*\d)[\w ./-]{3,40}")


def digits(count: int, prefix: str) -> Check:
    """A register without check digits: so many digits, its name may stand before."""
    form = re.compile(rf"(?:{prefix})?([0-9]*)", re.IGNORECASE)

    def check(number: str) -> str:
        found = form.fullmatch(re.sub(r"[\s./-]", "", number))
        if found is None:
            raise InvalidFormat
        if len(found[1]) != count:
            raise InvalidLength
        return found[1]

    return check


def with_its_court(number: str) -> str:
    """A number of a register that a German court keeps; the library knows none of partnerships under
    civil law (GsR, since 2024), whose numbers have the form of the others.
    """
    plain = handelsregisternummer.validate(GSR.sub("PR", number))
    return plain.replace(" PR ", " GsR ") if GSR.search(number) else plain


def zvr(number: str) -> str:
    """A number of the Austrian register of associations: it has no check digits."""
    found = ZVR.fullmatch(re.sub(r"[\s./:-]", "", number))
    if found is None:
        raise InvalidFormat
    if len(found[1]) not in {9, 10}:
        raise InvalidLength
    return f"ZVR {found[1]}"


def vat_of(country: str) -> Check:
    """A VAT number of one Member State, which stands before it."""

    def check(number: str) -> str:
        if not number.strip().upper().startswith(country):
            raise InvalidFormat
        return vat.validate(number)

    return check


# The registers of each country; what is not here is checked by length and characters alone.
REGISTERS: dict[str, tuple[tuple[str, Check], ...]] = {
    "AT": (("Firmenbuchnummer", businessid.validate), ("ZVR number", zvr)),
    "BE": (("enterprise number", be_enterprise.validate),),
    "BG": (("UIC", bg_uic.validate),),
    "CZ": (("IČO", dic.validate),),
    "DE": (("register number with its court (HRA, HRB, GnR, GsR, PR or VR)", with_its_court),),
    "DK": (("CVR number", cvr.validate),),
    "EE": (("registrikood", registrikood.validate),),
    "ES": (("NIF", es_nif.validate),),
    "FI": (("Y-tunnus", ytunnus.validate),),
    "FR": (("SIREN", siren.validate), ("SIRET", siret.validate), ("RCS number", rcs.validate)),
    "HR": (("OIB", oib.validate),),
    "IT": (("codice fiscale of an enterprise", iva.validate),),
    "LV": (("registration number", pvn.validate),),
    "NL": (("KVK number", digits(8, "NL|KVK|NLKVK")),),
    "PL": (("KRS number", digits(10, "KRS")), ("REGON", regon.validate)),
    "PT": (("NIPC", nif.validate),),
    "RO": (("CUI", cui.validate), ("trade register number", onrc.validate)),
    "SE": (("organisationsnummer", orgnr.validate),),
    "SI": (("matična številka", maticna.validate),),
}


def register_number(number: str, country: str) -> str:
    """A register number, or else a VAT number of the country, in its plain form; ValueError that says
    what is wrong.
    """
    registers = REGISTERS.get(country)
    if registers is None:
        if not ANY_NUMBER.fullmatch(number.strip()):
            raise ValueError(
                "not a register number: 3 to 40 letters, digits, spaces and . / -, one digit at least"
            )
        return number.strip()
    wrong = []
    for name, check in (*registers, ("VAT number", vat_of(country))):
        try:
            return check(number)
        except ValidationError as error:
            wrong.append(f"not a {name} of {country}, {_reason(error)}")
    raise ValueError("; ".join(wrong))


def vat_number(number: str) -> str:
    """A VAT number of a Member State in its plain form; ValueError that says what is wrong."""
    return _checked("VAT number of a Member State", vat.validate, number)


def legal_entity_identifier(identifier: str) -> str:
    """A legal entity identifier (ISO 17442) in its plain form; ValueError else."""
    return _checked("legal entity identifier", lei_number.validate, identifier)


def _checked(name: str, check: Check, number: str) -> str:
    try:
        return check(number)
    except ValidationError as error:
        raise ValueError(f"not a {name}: {_reason(error)}") from error


def _reason(error: ValidationError) -> str:
    return next((why for kind, why in REASONS if isinstance(error, kind)), "it is none")

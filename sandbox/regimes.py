"""The regime of an installation, from a file of its own (rulebook 12)."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from sandbox.domain.member_state import TIME_ZONES
from sandbox.domain.regime import (
    ACTS,
    AnnexIARegistration,
    FineShield,
    IncompleteApplication,
    LogRetention,
    NonEUSMEFee,
    Publication,
    Regime,
    Sandbox,
)
from sandbox.setting_tables import table

WORDS = {
    "non_eu_sme_fee": NonEUSMEFee,
    "exit_report_publish": Publication,
    "annex_i_a_registration": AnnexIARegistration,
    "fine_shield": FineShield,
    "incomplete_application": IncompleteApplication,
    "log_retention_after_exit": LogRetention,
}
UNITS = {
    "risk_mitigation_days": "days",
    "record_retention_years": "years",
    "draft_retention_months": "months",
}


def regime(file: str, *, home: str = "") -> Regime:
    """What the file (TOML) says, our defaults for the rest; `home` is the country of the installation.

    A table `sandbox` has `kind`, `lead_authority`, `framework_agreement`, `established_on`,
    `ended_on` and a table `members` (country = contact). ValueError for a key or a value that does not exist.
    """
    said = tomllib.loads(Path(file).read_text()) if file else {}
    _refuse_unknown(file, said, Regime)
    read: dict[str, Any] = dict(said)  # Any: TOML
    if "implementing_act" in read:
        version = read["implementing_act"]
        if version not in ACTS:
            raise ValueError(f"{file}: no implementing act {version}: {', '.join(ACTS)}")
        read["implementing_act"] = ACTS[version]
    for name, words in WORDS.items():
        if name in read:
            known = [word.value for word in words]
            if read[name] not in known:
                raise ValueError(
                    f"{file}: nothing here supports {name} = {read[name]!r}: {', '.join(known)}"
                )
            read[name] = words(read[name])
    if read.get("weights_are_personal_data", True) not in {True, False}:
        raise ValueError(f"{file}: weights_are_personal_data is true or false")
    for name, unit in UNITS.items():
        count = read.get(name, 1)
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ValueError(f"{file}: {name} is a whole number of {unit}, one at least")
    read["sandbox"] = _sandbox(file, read.get("sandbox", {}), home)
    return table(Regime, read, file)


def _sandbox(file: str, said: dict[str, Any], home: str) -> Sandbox:  # Any: TOML
    _refuse_unknown(file, said, Sandbox)
    members = said.get("members", {})
    if type(members) is not dict:
        raise ValueError(f"{file}: sandbox: members is a table of country = contact")
    unknown = set(members) - set(TIME_ZONES)
    if unknown:
        raise ValueError(f"{file}: not a Member State: {', '.join(sorted(unknown))}")
    joined = [{"country": country, "contact": contact} for country, contact in members.items()]
    return table(Sandbox, {**said, "members": joined, "home": home}, f"{file}: sandbox")


def _refuse_unknown(file: str, said: dict[str, Any], known: type[Regime] | type[Sandbox]) -> None:
    unknown = set(said) - {f.name for f in fields(known) if f.name != "home"}
    if unknown:
        raise ValueError(f"{file}: nobody knows the setting {', '.join(sorted(unknown))}")

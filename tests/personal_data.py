"""A case under Art. 59 that meets every condition, to be changed in the one place a test is about."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sandbox.domain.application import PublicInterestArea
from sandbox.domain.case import Case
from sandbox.domain.dataset import Dataset, DatasetKind, Deletion, Requirement, View
from sandbox.domain.environment import Probe
from sandbox.domain.lifecycle import Stage
from sandbox.domain.plan import Bound, Threshold
from sandbox.domain.processing import Interest, Processing, Safeguards, Summary, changed
from tests.factories import APPLICATION, PLAN, a_case
from tests.fakes import NOON

RETENTION = date(2027, 6, 30)
AREA = PublicInterestArea.PUBLIC_ADMIN
UNDER_ART_59: dict[str, Any] = {"reuses_personal_data": True, "public_interest_area": AREA}
# `accuracy` stands in for a metric of privacy: the fake catalogue knows two names.
ALERT = Threshold("accuracy", Bound.AT_LEAST, 0.5, "Art. 59(1)(c)")
SAFEGUARDS = Safeguards(
    dpia_reference="DPIA-7",
    alerts=(ALERT,),
    response="stop, tell, mend",
    no_effect="scores are compared and thrown away",
    rights_contact="privacy@creditco.example",
    process="train on one half, validate on the other, because the sample is small",
)
SUMMARY = Summary("A fair score", "a small gap", "a method", "Ada", NOON, "Sue", NOON)
WALL = Probe("egress", "R59-d", "dropped", "dropped", passed=True)
VIEW = View("no objection", objects=False, by="Dan (DPA)", at=NOON)


def a_dataset(number: int = 1, kind: DatasetKind = DatasetKind.ORIGINAL, **facts: Any) -> Dataset:
    """Declared, seen by the data protection authority, and ready to be let in."""
    dataset = Dataset(
        number=number,
        name="loans of 2025",
        kind=kind,
        personal=True,
        source="our loan files",
        lawful_collection="Art. 6(1)(b) GDPR: contracts",
        purpose="to find the gap between groups",
        volume="12 000 records, 3 GiB",
        content_sha256="d" * 64,
        retention_until=RETENTION,
        declared_by="Ada (CreditCo)",
        declared_at=NOON,
        requirement=Requirement.DATA_GOVERNANCE,
        alternatives="synthetic records",
        why_insufficient="they have no rare groups",
        strictly_necessary="the gap is seen in no other data",
        security="pseudonymised, keys apart",
        named_persons=("Ada",),
        view=VIEW,
    )
    return replace(dataset, **facts)


def released(number: int = 1, kind: DatasetKind = DatasetKind.ORIGINAL, **facts: Any) -> Dataset:
    return a_dataset(number, kind, **({"released_by": "Sue", "released_at": NOON} | facts))


def a_deletion(**facts: Any) -> Deletion:
    began = NOON - timedelta(hours=1)
    deletion = Deletion(
        "keys destroyed",
        ("volume data-1", "snapshots", "backups", "key 7"),
        began,
        began + timedelta(minutes=5),
        "Ada (CreditCo)",
        NOON,
    )
    return replace(deletion, **facts)


def a_processing(*datasets: Dataset, **facts: Any) -> Processing:
    processing = Processing(
        interest=Interest(AREA, "fair loans for all", "Sue", NOON),
        safeguards=SAFEGUARDS,
        summary=SUMMARY,
    )
    return changed(processing, datasets=datasets, **facts)


def a_case_with(processing: Processing, **facts: Any) -> Case:
    """An active case under Art. 59."""
    return a_case(
        **{
            "stage": Stage.ACTIVE,
            "application": replace(APPLICATION, **UNDER_ART_59),
            "plan": PLAN,
            "isolation": (WALL,),
            "dpa_reviewer": "DPA",
            "processing": processing,
        }
        | facts
    )

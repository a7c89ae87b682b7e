"""Every deadline of the law as a line of a table (rulebook 9.2)."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.domain.periods import Period


class Counting(StrEnum):
    """From which end a length is counted, and whether a weekend moves its end.

    The last two have no length here, so no clock of ours can run on them.
    """

    FORWARD = "forward"  # Regulation 1182/71, Art. 3(1)-(5)
    CAP = "cap"  # a limit on duration, never stretched (rulebook 9.1, rule 8)
    BACKWARD = "backward"  # before a day to come, never moved
    HOURS = "hours"
    PARTICIPATION = "participation"  # as long as the participation lasts
    NATIONAL = "national"  # the law of the Member State says (`MemberState.appeal`)


class Name(StrEnum):
    """The ids of rulebook 9.2."""

    DL_01 = "DL-01"
    DL_02 = "DL-02"
    DL_03 = "DL-03"
    DL_04 = "DL-04"
    DL_05 = "DL-05"
    DL_06 = "DL-06"
    DL_07 = "DL-07"
    DL_08 = "DL-08"
    DL_09 = "DL-09"
    DL_10 = "DL-10"
    DL_11 = "DL-11"
    DL_12 = "DL-12"
    DL_13 = "DL-13"
    DL_14 = "DL-14"
    DL_15 = "DL-15"
    DL_16 = "DL-16"
    DL_17 = "DL-17"
    DL_18 = "DL-18"
    DL_19 = "DL-19"
    DL_20 = "DL-20"
    DL_21 = "DL-21"
    DL_22 = "DL-22"
    DL_23 = "DL-23"
    DL_24 = "DL-24"
    DL_25 = "DL-25"
    DL_26 = "DL-26"


LENGTHLESS = {
    Counting.PARTICIPATION: "as long as the participation",
    Counting.NATIONAL: "as national law says",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the catalogue: how long, from which event, who acts, and what expiry means.

    `ours` marks a length that the law leaves open ("immediately", "without undue delay"): it is
    our default, not the law's number.
    """

    name: Name
    title: str
    article: str
    trigger: str
    period: Period | None
    who: str
    at_expiry: str = "escalate"
    counting: Counting = Counting.FORWARD
    ours: bool = False

    def __post_init__(self) -> None:
        if (self.period is None) != (self.counting in LENGTHLESS):
            raise ValueError(f"{self.name}: {self.counting} does not go with {self.period}")

    @property
    def length(self) -> str:
        """The length in words."""
        return LENGTHLESS[self.counting] if self.period is None else str(self.period)


ONE_WORKING_DAY = Period(working_days=1)
TO_THE_AUTHORITIES = "overdue alarm to provider and authority; suspension is proposed"

CATALOGUE: tuple[Rule, ...] = (
    Rule(
        Name.DL_01,
        "admission decision",
        "Art. 58(2)(a); draft act Art. 3(7)",
        "application received",
        Period(months=3),
        "authority",
        "no tacit admission: escalate to the head of the authority, shown overdue to the applicant",
    ),
    Rule(
        Name.DL_02,
        "approval of a real-world test",
        "Art. 60(4)(b)",
        "plan submitted to the authority of that Member State",
        Period(days=30),
        "market surveillance authority",
        "tacit approval where the Member State has it; else it stays pending and escalates",
    ),
    Rule(
        Name.DL_03,
        "end of a real-world test",
        "Art. 60(4)(f)",
        "test started",
        Period(months=6),
        "provider",
        "workloads are stopped, the system is recalled, the authority is told",
        Counting.CAP,
    ),
    Rule(
        Name.DL_04,
        "end of an extended real-world test",
        "Art. 60(4)(f)",
        "test started",
        Period(months=12),
        "provider",
        "it ends; there is no second extension",
        Counting.CAP,
    ),
    Rule(
        Name.DL_05,
        "extension of the participation",
        "draft act Art. 8(1)",
        "planned end",
        Period(days=30),
        "both",
        "not extendable any more; it ends as planned",
        Counting.BACKWARD,
    ),
    Rule(
        Name.DL_06,
        "exit report",
        "Art. 57(7); draft act Art. 6(4)",
        "participation ended",
        Period(months=2),
        "authority",
    ),
    Rule(
        Name.DL_07,
        "written proof",
        "Art. 57(7)",
        "participant asked for it",
        Period(working_days=20),
        "authority",
        "remind",
        ours=True,
    ),
    Rule(
        Name.DL_08,
        "suspension notice to the AI Office",
        "Art. 57(11); draft act Art. 8(2)",
        "suspension or termination decided",
        ONE_WORKING_DAY,
        "authority",
        ours=True,
    ),
    Rule(
        Name.DL_09,
        "annual report",
        "Art. 57(16)",
        "sandbox established, or last annual report due",
        Period(months=12),
        "authority",
    ),
    Rule(
        Name.DL_10,
        "report of a serious incident",
        "Art. 73(2)",
        "provider became aware",
        Period(days=15),
        "provider",
        TO_THE_AUTHORITIES,
    ),
    Rule(
        Name.DL_11,
        "report of a widespread infringement or disrupted critical infrastructure",
        "Art. 73(3)",
        "provider became aware",
        Period(days=2),
        "provider",
        f"{TO_THE_AUTHORITIES}; whoever is on call is paged",
    ),
    Rule(
        Name.DL_12,
        "report of a death",
        "Art. 73(4)",
        "provider became aware",
        Period(days=10),
        "provider",
        TO_THE_AUTHORITIES,
    ),
    Rule(
        Name.DL_13,
        "measures of the authority after an incident",
        "Art. 73(8)",
        "incident report received",
        Period(days=7),
        "market surveillance authority",
    ),
    Rule(
        Name.DL_14,
        "incident notice to the Commission",
        "Art. 73(11)",
        "incident report received",
        ONE_WORKING_DAY,
        "authority",
        ours=True,
    ),
    Rule(
        Name.DL_15,
        "notice to bodies that protect fundamental rights",
        "Art. 73(7)",
        "incident report received",
        ONE_WORKING_DAY,
        "market surveillance authority",
        ours=True,
    ),
    Rule(
        Name.DL_16,
        "mitigation or suspension after an incident",
        "Art. 60(7)",
        "incident",
        Period(hours=1),
        "provider",
        "the test is suspended",
        Counting.HOURS,
        ours=True,
    ),
    Rule(
        Name.DL_17,
        "proof of deletion after consent was withdrawn",
        "Art. 60(5)",
        "consent withdrawn",
        Period(hours=72),
        "provider",
        "use is blocked at once; overdue alarm",
        Counting.HOURS,
        ours=True,
    ),
    Rule(
        Name.DL_18,
        "notice of suspension or termination of a real-world test",
        "Art. 60(8)",
        "suspension or termination",
        ONE_WORKING_DAY,
        "provider",
        "remind",
        ours=True,
    ),
    Rule(
        Name.DL_19,
        "deletion of personal data",
        "Art. 59(1)(g)",
        "participation ended or retention over, whichever is first",
        Period(days=30),
        "provider and operator",
        "blocks the closure of the case",
        ours=True,
    ),
    Rule(
        Name.DL_20,
        "logs of the processing of personal data",
        "Art. 59(1)(h)",
        "processing began",
        None,
        "operator",
        "deleted, or held where a legal hold says so",
        Counting.PARTICIPATION,
    ),
    Rule(
        Name.DL_21,
        "notice of a general-purpose model with systemic risk",
        "Art. 52(1)",
        "threshold met, or known to be met",
        Period(weeks=2),
        "provider",
        "for information only",
    ),
    Rule(
        Name.DL_22,
        "answer of the AI Office",
        "Art. 75(2a)",
        "request received",
        Period(months=4),
        "AI Office",
        "remind",
    ),
    Rule(
        Name.DL_23,
        "information on a general-purpose model",
        "Art. 75(3)",
        "request",
        Period(days=30),
        "AI Office",
        "remind",
    ),
    Rule(
        Name.DL_24,
        "notice of a data breach",
        "Art. 33 GDPR",
        "controller became aware",
        Period(hours=72),
        "controller",
        "whoever is on call is paged",
        Counting.HOURS,
    ),
    Rule(
        Name.DL_25,
        "appeal against a decision",
        "national law",
        "decision served",
        None,
        "applicant",
        "the decision is final",
        Counting.NATIONAL,
    ),
    Rule(
        Name.DL_26,
        "notice to other market surveillance authorities",
        "Art. 76(5)",
        "decision",
        ONE_WORKING_DAY,
        "market surveillance authority",
        ours=True,
    ),
)

BY_NAME = {rule.name: rule for rule in CATALOGUE}
RUNNING = tuple(rule.name for rule in CATALOGUE if rule.period is not None)

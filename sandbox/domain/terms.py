"""Document D3: the terms and conditions of the authority, by version, and who accepted them
(Art. 58(1)(c), 57(12); draft act Art. 2, recital 8).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Heading(StrEnum):
    """What terms speak about (rulebook 10, D3); every version has a clause for each."""

    FEES = "fees_and_exceptional_costs"
    LIABILITY = "liability"
    NO_PRESUMPTION = "no_presumption_of_conformity"
    GOOD_FAITH = "good_faith"
    SUSPENSION = "suspension_and_termination"
    CONFIDENTIALITY = "confidentiality"
    DATA = "return_and_deletion_of_data"
    PUBLICATION = "publication"
    MONITORING = "monitoring_and_inspection"
    SIGNATURE = "electronic_signature"


@dataclass(frozen=True, slots=True)
class Clause:
    """One heading and its text."""

    heading: Heading
    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms; the same name with another text is another version."""

    version: str
    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        if not self.version.strip():
            raise ValueError("terms have a version")
        missing = set(Heading) - {c.heading for c in self.clauses if c.text.strip()}
        if missing or len(self.clauses) != len(Heading):
            raise ValueError(f"one clause for each heading; missing: {', '.join(sorted(missing))}")

    @property
    def sha256(self) -> str:
        """The identity of what is accepted."""
        said = {"version": self.version, "clauses": {c.heading: c.text for c in self.clauses}}
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class IssuedTerms:
    """The version that the provider was given last."""

    version: str
    sha256: str
    at: datetime


class SignatureMethod(StrEnum):
    """Regulation (EU) No 910/2014, Art. 3(10)-(12)."""

    SIMPLE = "simple"
    ADVANCED = "advanced"
    QUALIFIED = "qualified"


@dataclass(frozen=True, slots=True)
class TermsAcceptance:
    """A named person accepted one version for the provider; `by` is who was signed in.

    `insurance` names the policy for damage to third parties, or says that there is none;
    `signature_reference` is where an advanced or qualified signature lies.
    """

    version: str
    sha256: str
    signatory: str
    function: str
    insurance: str
    method: SignatureMethod
    signature_reference: str
    by: str
    at: datetime


BUILT_IN = Terms(
    "2",
    (
        Clause(
            Heading.FEES,
            "Taking part is free of charge for SMEs; a start-up is one only by its size (Art. 3(14a), "
            "58(2)(d)). Others pay the fee that was published when applications opened. Exceptional costs, above what the plan could lead "
            "one to expect, are recovered fairly and in proportion: only after an itemised warning "
            "that the participant acknowledged before the test begins.",
        ),
        Clause(
            Heading.LIABILITY,
            "The participant stays liable under Union and national law for any damage inflicted on "
            "third parties by the experimentation in the sandbox (Art. 57(12)). It says which "
            "insurance covers that damage. It also stays responsible for Union law that is not "
            "supervised in the sandbox.",
        ),
        Clause(
            Heading.NO_PRESUMPTION,
            "Nothing that the authority issues is an approval or a declaration of conformity, and "
            "taking part founds no presumption of conformity.",
        ),
        Clause(
            Heading.GOOD_FAITH,
            "No administrative fine is imposed on prospective providers for infringements of the AI "
            "Act while they observe the plan and these terms and follow in good faith the guidance "
            "of the authority; nor for infringements of other Union or national law whose authority "
            "was actively involved in the supervision and gave guidance that was followed "
            "(Art. 57(12)). The powers to supervise and to correct are unaffected.",
        ),
        Clause(
            Heading.SUSPENSION,
            "The authority suspends or terminates the testing or the participation when the plan or "
            "these terms are breached, when a significant risk cannot be mitigated, or when the "
            "participant asks for it with reasons. The AI Office is informed (Art. 57(11)).",
        ),
        Clause(
            Heading.CONFIDENTIALITY,
            "The authority keeps information and data confidential under Art. 78. The participant "
            "marks what is confidential in the plan; what is not marked is presumed disclosable.",
        ),
        Clause(
            Heading.DATA,
            "When the participation ends, data of the participant are returned on request, the "
            "environment is removed and its removal certified. Personal data processed in the "
            "sandbox are deleted. Sealed evidence is kept for its period of retention.",
        ),
        Clause(
            Heading.PUBLICATION,
            "The exit report becomes public only if participant and authority both expressly agree; "
            "the Commission and the Board read it only with the participant's agreement.",
        ),
        Clause(
            Heading.MONITORING,
            "The participant accepts that the environment is measured while it runs, that "
            "thresholds of the plan may stop a test, and that authorities ask for information and "
            "inspect, unannounced where the law allows it.",
        ),
        Clause(
            Heading.SIGNATURE,
            "These terms and the plan are signed electronically by a named person who may bind the "
            "participant, before the entry into the sandbox. A new version binds only after it was "
            "accepted anew.",
        ),
    ),
)

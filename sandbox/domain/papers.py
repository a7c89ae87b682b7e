"""The documents that the law or the rulebook knows (rulebook 10)."""

from enum import StrEnum


class Paper(StrEnum):
    """A kind of document."""

    APPLICATION = "application"
    SANDBOX_PLAN = "sandbox-plan"
    TERMS = "terms"
    DECISION = "decision"
    TESTING_PLAN = "testing-plan"
    CONSENT_RECORD = "consent-record"
    INCIDENT_REPORT = "incident-report"
    EXIT_REPORT = "exit-report"
    WRITTEN_PROOF = "written-proof"
    ANNUAL_REPORT = "annual-report"
    PROJECT_SUMMARY = "project-summary"
    DELETION_CERTIFICATE = "deletion-certificate"
    DATASET_CERTIFICATE = "dataset-certificate"
    REGISTRATION = "registration"
    NOTICE = "notice"
    DEPLOYER_AGREEMENT = "deployer-agreement"
    EXTENSION = "extension"
    GUIDANCE = "guidance"
    INSPECTION_RECORD = "inspection-record"
    INFORMATION = "information"
    TEST_REPORT = "test-report"
    GOOD_FAITH_FILE = "good-faith-file"

    @property
    def catalogue_number(self) -> str:
        """Its number in the catalogue, `D1` to `D18`; empty for what is only ours."""
        return CATALOGUE[self][0]

    @property
    def heading(self) -> str:
        """What stands on its first page."""
        return CATALOGUE[self][1]


CATALOGUE: dict[Paper, tuple[str, str]] = {
    Paper.APPLICATION: ("D1", "Application"),
    Paper.SANDBOX_PLAN: ("D2", "Sandbox plan"),
    Paper.TERMS: ("D3", "Terms and conditions"),
    Paper.DECISION: ("D4", "Decision"),
    Paper.TESTING_PLAN: ("D5", "Real-world testing plan"),
    Paper.CONSENT_RECORD: ("D6", "Consent record"),
    Paper.INCIDENT_REPORT: ("D7", "Serious incident report"),
    Paper.EXIT_REPORT: ("D8", "Exit report"),
    Paper.WRITTEN_PROOF: ("D9", "Written proof"),
    Paper.ANNUAL_REPORT: ("D10", "Annual report"),
    Paper.PROJECT_SUMMARY: ("D11", "Project summary"),
    Paper.DELETION_CERTIFICATE: ("D12", "Deletion certificate"),
    Paper.DATASET_CERTIFICATE: ("D12", "Deletion certificate of a dataset"),
    Paper.REGISTRATION: ("D13", "Registration (Annex IX)"),
    Paper.NOTICE: ("D14", "Notice of suspension or termination"),
    Paper.DEPLOYER_AGREEMENT: ("D15", "Deployer agreement"),
    Paper.EXTENSION: ("D16", "Extension"),
    Paper.GUIDANCE: ("D17", "Guidance log entry"),
    Paper.INSPECTION_RECORD: ("D18", "Inspection record"),
    Paper.INFORMATION: ("", "Information supplied"),
    Paper.TEST_REPORT: ("", "Supervised test report"),
    Paper.GOOD_FAITH_FILE: ("", "Good-faith file"),
}

"""What an interrupted demonstration left behind."""

from infra.demo.papers import EXIT_WORDS, ORGANISATION
from infra.demo.stage import Demo

OPEN_STAGES = {"active", "suspended"}
BEFORE_START = {
    "submitted",
    "screening",
    "information_requested",
    "admitted",
    "plan_negotiation",
    "plan_agreed",
}
ENDED = {"completed", "terminated"}


def clear_earlier(demo: Demo) -> None:
    """An interrupted demo's cases give their GPUs back."""
    cases = demo.sue.ask("GET", "/cases?limit=200").json()["cases"]
    for known in cases:
        if known["provider"] != ORGANISATION:
            continue
        demo.case_id = known["id"]
        if known["stage"] in BEFORE_START:
            demo.ada.ask("POST", demo.path("/withdrawal"))
        if known["stage"] in OPEN_STAGES:
            body = {
                "ground": "participant_request",
                "reasons": "an earlier demonstration was interrupted",
            }
            demo.sue.ask("POST", demo.path("/termination"), expect=202, json=body)
        if known["stage"] in OPEN_STAGES | ENDED:
            demo.sue.ask("POST", demo.path("/exit-report"), expect=202, json=EXIT_WORDS)
            demo.until(
                "an earlier case to close",
                lambda: demo.sue.case(demo.case_id)["stage"] == "closed",
            )

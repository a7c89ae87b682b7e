"""What stands against letting a dataset in: the ten conditions of Art. 59(1), and Art. 4a.

All are cumulative, and all that are missing are named at once. They count for datasets that stand on
Art. 59; one of which the authority has confirmed that it stands on another law (Art. 59(3)) still meets
the walls, leaves through the gateway alone, and is deleted.
"""

from collections.abc import Iterator
from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.confidential import telling
from sandbox.domain.dataset import CREATED_INSIDE, Dataset, DatasetKind
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import RUNNING
from sandbox.domain.processing import is_concerned

# What the provider states may not fall behind what data were let in on.
STATED = (Action.RELEASE_DATASET, Action.STATE_SAFEGUARDS)
# A way out is opened by letting data in where there is one, and by changing the plan afterwards.
OPENS_WAYS = (Action.RELEASE_DATASET, Action.PROPOSE_AMENDMENT, Action.AGREE_AMENDMENT)


def _under_art_59(case: Case) -> tuple[Dataset, ...]:
    return tuple(d for d in case.processing.in_use if d.is_under_art_59)


def _ways_out(case: Case) -> tuple[str, ...]:
    """The networks that workloads may reach by the plan in force, or by its open amendment."""
    return case.on_the_table.egress if case.on_the_table else ()


def _personal(case: Case) -> tuple[Dataset, ...]:
    return tuple(d for d in case.processing.in_use if d.personal)


def _inside(case: Case) -> tuple[Dataset, ...]:
    """Personal data in the sandbox, whether they were let in or created there."""
    return tuple(d for d in case.processing.datasets if d.personal and d.remains)


@guard(*STATED, rule="R59-a")
def a_public_interest_is_confirmed(case: Case, by: Person) -> Iterator[str]:
    del by
    interest = case.processing.interest
    if not _under_art_59(case):
        return
    if interest is None:
        yield "no area of substantial public interest is named"
    elif interest.confirmed_at is None:
        yield f"the authority has not confirmed {interest.area}"


@guard(Action.RELEASE_DATASET, rule="R59-b")
def other_data_would_not_do(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in _under_art_59(case):
        if dataset.requirement is None:
            yield f"{dataset.subject}: no requirement of Art. 9 to 15 is named"
        if not dataset.alternatives.strip():
            yield f"{dataset.subject}: no alternatives were tried"
        if not dataset.why_insufficient.strip():
            yield f"{dataset.subject}: it is not said why other data do not suffice"
        if dataset.view is None:
            yield f"{dataset.subject}: the data protection authority has not given its view"


@guard(Action.RELEASE_DATASET, Action.RESUME_PROCESSING, rule="R57-10")
def the_data_protection_authority_does_not_object(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in _inside(case):
        if any(view.objects for view in dataset.views):
            yield f"{dataset.subject}: the data protection authority objects"


@guard(*STATED, rule="R59-c")
def risks_are_watched_and_processing_can_be_stopped(case: Case, by: Person) -> Iterator[str]:
    del by
    safeguards = case.processing.safeguards
    if not _under_art_59(case):
        return
    if not safeguards.dpia_reference.strip():
        yield "no data protection impact assessment is named"
    if not safeguards.alerts:
        yield "no alert watches the privacy of data subjects"
    if not safeguards.response.strip():
        yield "it is not said how risks are mitigated promptly"


@guard(
    Action.RELEASE_DATASET,
    Action.RESUME,
    Action.START_TEST,
    Action.RESUME_TEST,
    rule="R59-c",
)
def processing_is_not_stopped(case: Case, by: Person) -> Iterator[str]:
    del by
    for stop in case.processing.stops:
        if stop.resumed_at is None:
            yield f"processing is stopped since {stop.at:%Y-%m-%d %H:%M} UTC: {stop.reasons}"


@guard(Action.RELEASE_DATASET, rule="R59-d")
def the_environment_is_isolated_and_persons_are_named(case: Case, by: Person) -> Iterator[str]:
    del by
    personal = _personal(case)
    if personal and not any(probe.proven for probe in case.isolation):
        yield "no isolation check has passed"
    for probe in case.isolation if personal else ():
        if probe.proven and not probe.passed:
            yield f"isolation probe {probe.name}: expected {probe.expected}, saw {probe.seen}"
    for dataset in personal:
        if not dataset.named_persons:
            yield f"{dataset.subject}: nobody is named who may work with it"


@guard(*OPENS_WAYS, Action.STATE_SAFEGUARDS, rule="R59-e")
def nothing_leaves_past_the_gateway(case: Case, by: Person) -> Iterator[str]:
    del by
    came_in = any(dataset.kind not in CREATED_INSIDE for dataset in _inside(case))
    for way in _ways_out(case) if came_in else ():
        if way not in case.processing.safeguards.sinks:
            yield f"the plan lets traffic out to {way}, which is not on the list of sinks"


@guard(*OPENS_WAYS, rule="R59-e")
def what_was_created_inside_has_no_way_out(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in _inside(case) if _ways_out(case) else ():
        if dataset.kind in CREATED_INSIDE:
            yield f"{dataset.subject} was created in the sandbox, and the plan lets traffic out"


@guard(*STATED, rule="R59-f")
def no_measure_affects_data_subjects(case: Case, by: Person) -> Iterator[str]:
    del by
    safeguards = case.processing.safeguards
    if not _under_art_59(case):
        return
    if not safeguards.no_effect.strip():
        yield "it is not declared that no measure or decision affects data subjects"
    if not safeguards.rights_contact.strip():
        yield "it is not said where data subjects exercise their rights"


@guard(Action.RELEASE_DATASET, rule="R59-g")
def its_retention_is_not_over(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in _personal(case):
        released, until = dataset.released_at, dataset.retention_until
        if released is not None and until is not None and until < released.date():
            yield f"{dataset.subject}: its retention ended on {until}"


@guard(Action.RELEASE_DATASET, rule="R59-h")
def its_log_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    if _personal(case) and case.processing.log_settled_at is not None:
        yield "the log of processing is closed"


@guard(*STATED, rule="R59-i")
def the_process_is_described(case: Case, by: Person) -> Iterator[str]:
    del by
    if _under_art_59(case) and not case.processing.safeguards.process.strip():
        yield "training, testing and validation and their rationale are not described"


@guard(Action.ACTIVATE, Action.RELEASE_DATASET, rule="R59-j")
def the_project_is_published(case: Case, by: Person) -> Iterator[str]:
    del by
    if is_concerned(case.application, case.processing) and not case.processing.is_published:
        yield "no summary of the project is published, and none is exempt"


@guard(Action.PUBLISH_SUMMARY, rule="R59-j")
def what_is_exempt_is_not_published(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.processing.exemption is not None:
        yield "the project is exempt from publication"


@guard(Action.PUBLISH_SUMMARY, rule="R58-D18")
def no_summary_tells_what_is_marked(case: Case, by: Person) -> Iterator[str]:
    del by
    summary = case.processing.summary
    if summary is not None:
        yield from telling(case, summary.project, summary.objectives, summary.expected_results)


@guard(Action.EXEMPT_SUMMARY, rule="R59-j")
def only_law_enforcement_is_exempt(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.application.enforces_law:
        yield "only law enforcement, border control and asylum authorities have what is exempt"


@guard(*STATED, rule="R59-2")
def law_enforcement_has_a_law_of_its_own(case: Case, by: Person) -> Iterator[str]:
    del by
    basis = case.processing.safeguards.law_enforcement_basis
    if case.application.is_law_enforcement and _under_art_59(case) and not basis.strip():
        yield "no specific Union or national law is named for the purposes of law enforcement"


@guard(Action.RELEASE_DATASET, rule="R59-3")
def another_basis_is_confirmed(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in _under_art_59(case):
        if dataset.other_basis.strip():
            yield f"{dataset.subject}: the authority has not confirmed {dataset.other_basis}"


@guard(Action.RELEASE_DATASET, rule="R59-3")
def no_other_law_forbids_it(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in case.processing.in_use:
        if dataset.forbidden_by.strip():
            yield f"{dataset.subject}: {dataset.forbidden_by} forbids its use for another purpose"


@guard(Action.RELEASE_DATASET, rule="R4a")
def special_categories_are_strictly_necessary_and_secured(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in case.processing.in_use:
        if dataset.kind is not DatasetKind.ART9_BIAS:
            continue
        said = {
            "why it is strictly necessary to find and correct bias": dataset.strictly_necessary,
            "why other data, synthetic or anonymised, do not suffice": dataset.why_insufficient,
            "how it is secured and pseudonymised": dataset.security,
        }
        for what, words in said.items():
            if not words.strip():
                yield f"{dataset.subject}: it is not said {what}"


@guard(*STATED, rule="GDPR-35")
def special_categories_have_an_impact_assessment(case: Case, by: Person) -> Iterator[str]:
    del by
    special = any(d.kind is DatasetKind.ART9_BIAS for d in case.processing.in_use)
    if special and not case.processing.safeguards.dpia_reference.strip():
        yield "no data protection impact assessment is named"


@guard(Action.RELEASE_DATASET, rule="R57-10")
def personal_data_have_their_supervisor(case: Case, by: Person) -> Iterator[str]:
    del by
    if _personal(case) and not case.dpa_reviewer:
        yield "no data protection authority is associated"


@guard(*OPENS_WAYS, rule="R4a")
def special_categories_have_no_way_out(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in _inside(case) if _ways_out(case) else ():
        if dataset.kind is DatasetKind.ART9_BIAS:
            yield f"{dataset.subject}: the plan lets traffic out, and others could get it"


@guard(Action.NAME_PERSONS, rule="R59-d")
def somebody_stays_named(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.processing.datasets:
        yield "no dataset is declared"
    for dataset in case.processing.datasets:
        if dataset.namings and not dataset.named_persons:
            yield f"{dataset.subject}: nobody would be named who may work with it"


@guard(Action.DECLARE_DATASET, rule="R59-d")
def what_is_created_inside_has_an_inside(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in case.processing.datasets:
        if dataset.kind in CREATED_INSIDE and case.stage not in RUNNING:
            yield f"{dataset.subject}: no environment stands in which it could have been created"


@guard(*STATED, rule="R59-e")
def an_amendment_that_is_open_closes_no_way(case: Case, by: Person) -> Iterator[str]:
    """Traffic flows by the plan in force until both agreed on another."""
    if case.amendment is not None:
        yield from nothing_leaves_past_the_gateway(replace(case, amendment=None), by)


@guard(Action.RELEASE_DATASET, rule="R4a")
def nor_does_it_for_special_categories(case: Case, by: Person) -> Iterator[str]:
    if case.amendment is not None:
        yield from special_categories_have_no_way_out(replace(case, amendment=None), by)

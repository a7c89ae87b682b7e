"""What the benchmark fills a database with is what the service would have made."""

from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import first_break
from sandbox.store import applicants, cases, ledger
from sandbox.store.database import Sessions
from tests.bench.many import fill
from tests.factories import SUE


def test_a_filled_database_has_whole_cases_in_every_stage(sessions: Sessions) -> None:
    made = fill(sessions, 61)

    assert len(made) == 61
    assert set(made.values()) == set(Stage)
    with sessions.begin() as session:
        for case_id, stage in made.items():
            case = cases.load(session, CaseId(case_id))
            account = ledger.of_case(session, case_id)
            assert case.stage is stage
            assert account
            assert first_break(account) is None
        page = cases.page(session, SUE, stage=None, after=None, limit=61)
        assert {case.id for case in page.cases} == made.keys()
        assert len(applicants.linked_cases(session, case)) == 2  # three cases of each provider

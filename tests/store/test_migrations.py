"""An upgrade of a database that holds what subjects and supervisors left there."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.store import cases, consents, database
from tests.factories import a_case

CASE = CaseId("caaaaaaaaaa")
MOMENT = "'2026-11-24 12:00:00.000000'"


@pytest.fixture
def old(tmp_path: Path) -> Engine:
    engine = database.connect(f"sqlite:///{tmp_path / 'old.db'}")
    database.migrate(engine, "0022")
    with database.sessions(engine).begin() as session:
        cases.add(session, a_case(id=CASE, stage=Stage.ACTIVE))
        session.execute(
            text(
                "INSERT INTO consents (id, case_id, token_sha256, subject, form_version, language, method,"
                " representative, copy_given, vulnerable, protection, given_at, withdrawn_at,"
                f" deletion_proof) VALUES (1, '{CASE}', 'ab', 's-1', 1, 'en', 'paper', '', 1, 0, '',"
                f" {MOMENT}, NULL, '')"
            )
        )
        session.execute(
            text(
                "INSERT INTO reversals (case_id, consent_id, what, asked_at, reversed, answer)"
                f" VALUES ('{CASE}', 1, 'the refusal', {MOMENT}, 0, '')"
            )
        )
    return engine


@pytest.mark.rule("R60-4k")
def test_a_reversal_that_a_subject_asked_for_survives_an_upgrade_of_its_consent(
    old: Engine,
) -> None:
    database.migrate(old)

    with database.sessions(old).begin() as session:
        given = consents.load(session, CASE, 1)
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
        on = session.scalar(text("PRAGMA foreign_keys"))
    assert given.recorded_at == given.given_at
    assert [asked.what for asked in given.reversals] == ["the refusal"]
    assert (broken, on) == ([], 1)

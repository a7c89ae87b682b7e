"""Blueprints for tests: one that is ordinary, and a strategy that draws any lawful one."""

import base64
import secrets
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint

CASE = naming.case_id("caaaaaaaaaa")


def a_blueprint(**changes: Any) -> Blueprint:
    ordinary = Blueprint(
        case_id=CASE,
        generation=1,
        plan_sha256="ab" * 32,
        frozen=False,
        gpus=2,
        gpu_product="",
        cpus=4,
        memory_gib=8,
        storage_gib=10,
        pods=20,
        egress=("192.0.2.0/24",),
    )
    return replace(ordinary, **changes)


def a_new_case() -> naming.CaseId:
    """A case id nobody had before, so that runs on one cluster do not meet."""
    return naming.case_id("c" + base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10])


def lawful() -> st.SearchStrategy[Blueprint]:
    """Any blueprint the guardrails let through, frozen or not."""
    networks = st.ip_addresses(v=4).map(lambda address: f"{address}/32")
    return st.builds(
        Blueprint,
        case_id=st.from_regex(naming.CASE_ID, fullmatch=True).map(naming.case_id),
        generation=st.integers(1, 1000),
        plan_sha256=st.just("ab" * 32),
        frozen=st.booleans(),
        gpus=st.integers(0, 64),
        gpu_product=st.just(""),
        cpus=st.integers(1, 5000),
        memory_gib=st.integers(1, 5000),
        storage_gib=st.integers(1, 5000),
        pods=st.integers(1, 200),
        egress=st.lists(networks, max_size=5).map(tuple),
        held=st.booleans(),
    )

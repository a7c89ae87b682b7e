"""Who is asking: a signed token names a person, a role and an organisation.

Local tokens are made by `sandbox token`; sign-in by OIDC comes with its own issue.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sandbox.domain import naming
from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.stages import readings
from sandbox.wiring import Wired

ALGORITHM = "HS256"
ISSUER = "sandbox"
SIGN_IN_ROLES = frozenset(Role) - {Role.SYSTEM}
# Whose tokens must name a unit: nobody gets through the wall by leaving it out (rulebook 5.3).
WITH_UNITS = frozenset(
    {
        *(Role.AUTHORITY, Role.MARKET_SURVEILLANCE, Role.DATA_PROTECTION),
        *(Role.RIGHTS_BODY, Role.AI_OFFICE),
    }
)

WHAT_MAX = 500  # of an address, in the log of what inspectors read

bearer = HTTPBearer(auto_error=False, description="A token of `sandbox token`")


class NotSignedIn(Exception):
    """No token, or one that we did not sign or that has expired."""


def token(person: Person, key: str, *, at: datetime, lasting: timedelta) -> str:
    """A sign-in token for a person."""
    claims = {
        "iss": ISSUER,
        "sub": person.name,
        "role": person.role.value,
        "org": person.organisation,
        "country": person.country,
        "unit": person.unit.value,
        "iat": int(at.timestamp()),
        "exp": int((at + lasting).timestamp()),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def person_of(text: str, key: str) -> Person:
    """The person a token names; NotSignedIn when it is not good."""
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={"require": ["exp", "sub", "role", "org"]},
        )
        role = Role(claims["role"])
        unit = Unit(claims.get("unit", Unit.SUPPORT))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise NotSignedIn(f"the token is not good: {error}") from error
    if role in WITH_UNITS and "unit" not in claims:
        raise NotSignedIn("the token of an authority names a unit: support or enforcement")
    if role not in SIGN_IN_ROLES:
        raise NotSignedIn(f"nobody signs in as {role}")
    return Person(claims["sub"], role, claims["org"], claims.get("country", ""), unit)


def at_home(person: Person, country: str) -> Person:
    """An authority of the installation's own country leads; one that names another does not. One for
    data protection that names none is that of the installation's country.
    """
    if person.role is Role.DATA_PROTECTION and not person.country:
        return replace(person, country=country)
    is_own = person.role is Role.AUTHORITY and person.country == country
    return replace(person, country="") if is_own else person


def wired(request: Request) -> Wired:
    """What the composition root built for this process."""
    found: Wired = request.app.state.wired
    return found


def who(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Person:
    """The person who is asking; what an inspector asks for in a case is written down first."""
    if credentials is None:
        raise NotSignedIn("send a token: Authorization: Bearer …")
    parts = wired(request)
    named = person_of(credentials.credentials, parts.token_key)
    person = at_home(named, parts.authority.calendar.country)
    if person.unit is Unit.ENFORCEMENT and request.method == "GET":
        _note(request, person, parts)
    return person


def _note(request: Request, inspector: Person, parts: Wired) -> None:
    try:
        case_id = naming.case_id(request.path_params["case_id"])
    except (KeyError, ValueError):
        return  # no case is asked for
    place = quote(request.url.path.partition(case_id)[2]) or "/"
    what = f"{place}?{request.url.query}" if request.url.query else place
    readings.note(
        case_id, what[:WHAT_MAX], by=inspector, sessions=parts.sessions, clock=parts.clock
    )


Who = Annotated[Person, Depends(who)]
Parts = Annotated[Wired, Depends(wired)]

"""A case whose application was reworked: nobody has read it yet as it is now."""

from dataclasses import replace

from sandbox.domain.application import Application
from sandbox.domain.case import Case
from sandbox.domain.confidential import remembered
from sandbox.domain.conflict import looked_at_again


def reworked(case: Case, application: Application, acted: tuple[str, ...]) -> Case:
    """The case with another application: what was judged stays to be read and counts no more, and
    conflicts are looked for again; `acted` are persons on record as acting for the provider.
    """
    outdated = tuple(replace(review, outdated=True) for review in case.reviews)
    after = replace(case, application=application, reviews=outdated, practice_reviews=())
    once_marked = remembered(case, after)
    return replace(after, assignments=looked_at_again(after, acted), once_marked=once_marked)

"""The clocks that no other step starts: somebody says that their event happened, and when it is met."""

from sandbox.domain.deadline_rules import Name

BY_HAND = frozenset({Name.DL_21, Name.DL_24})

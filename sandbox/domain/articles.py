"""Which article a rule id stands for."""

import re

ARTICLE = re.compile(r"R(\d+[a-z]?)(?:-0*(\d+[a-z]?|[a-z]))?")


def article(rule: str) -> str:
    """The article of a rule id, for example `Art. 57(5)` for `R57-05`; empty for house rules."""
    found = ARTICLE.fullmatch(rule)
    if found is None:
        return "draft implementing act under Art. 58" if rule.startswith("R58-D") else ""
    if found[1] == "59" and found[2] and found[2].isalpha():  # its conditions are in paragraph 1
        return f"Art. 59(1)({found[2]})"
    return f"Art. {found[1]}({found[2]})" if found[2] else f"Art. {found[1]}"

"""What the rulebook asks: its ids, copied from its text and not from any code of the service."""

import pytest


def line(mark: pytest.MarkDecorator, *said: object) -> pytest.ParameterSet:
    """A line of a table about one rule: its id as the first value, and the mark that proves it."""
    return pytest.param(*mark.args, *said, marks=mark)


# Every id that it prints; `III-6a-e` and `III-7a-d` are spelled out.
PRINTED = """
    A5-a A5-b A5-ba A5-bb A5-c A5-d A5-e A5-f A5-g A5-h D1 D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12 D13
    D14 D15 D16 D17 D18 DL-01 DL-02 DL-03 DL-04 DL-05 DL-06 DL-07 DL-08 DL-09 DL-10 DL-11 DL-12
    DL-13 DL-14 DL-15 DL-16 DL-17 DL-18 DL-19 DL-20 DL-21 DL-22 DL-23 DL-24 DL-25 DL-26 E-a E-b
    E-c E-d III-1a III-1b III-1c III-2 III-3a III-3b III-3c III-3d III-4a III-4b III-5a III-5b
    III-5c III-5d III-6a III-6b III-6c III-6d III-6e III-7a III-7b III-7c III-7d III-8a III-8b
    R57-01 R57-02 R57-03 R57-03a R57-04 R57-05 R57-06 R57-07a R57-07b R57-07c R57-07d R57-08
    R57-09 R57-10 R57-11a R57-11b R57-12 R57-12a R57-12b R57-13 R57-14 R57-15 R57-16 R57-17 R58-01
    R58-02a R58-02b R58-02c R58-02d R58-02e R58-02f R58-02g R58-02h R58-02i R58-03 R58-04 R58-D01
    R58-D02 R58-D03 R58-D04 R58-D05 R58-D06 R58-D07 R58-D08 R58-D09 R58-D10 R58-D11 R58-D12
    R58-D13 R58-D14 R58-D15 R58-D16 R58-D17 R58-D18 R58-D19 R58-D20 R58-D21 R58-D22 R58-D23
    R58-D24 R58-D25 R59-2 R59-3 R59-a R59-b R59-c R59-d R59-e R59-f R59-g R59-h R59-i R59-j R60-1
    R60-2 R60-3 R60-4a R60-4b R60-4c R60-4d R60-4e R60-4f R60-4g R60-4h R60-4i R60-4j R60-4k R60-5
    R60-6 R60-7 R60-8 R60-9 R62-1 R62-3 R63 R73-02 R73-03 R73-04 R73-05 R73-06 R73-07 R73-08
    R73-09 R73-10 R73-11 R74-12 R74-13 R75-01 R75-1a R75-2a R75-3 R76-1 R76-2 R76-3 R76-4 R76-5
    R77 R99 T50-1 T50-2 T50-3 T50-4a T50-4b
"""

# What it asks in sections without ids: our name, and the section.
UNNUMBERED = {
    "R3-14a": "1.1 SME",
    "R3-14b": "1.1 SMC",
    "R4a": "3.2",
    "GDPR-28": "3.3",
    "GDPR-30": "3.3",
    "GDPR-35": "3.3",
    "R60a-1": "4.3 para. 1-3",
    "R60a-4": "4.3 para. 4",
    "R60a-5": "4.3 para. 5",
    "R60a-6": "4.3 para. 6",
    "R49-1": "4.4 later market placement",
    "R49-2": "4.4 self-assessed not high-risk",
    "R49-3": "4.4 public-body deployer",
    "R49-4": "4.4 law enforcement, migration, asylum, border",
    "R49-5": "4.4 critical infrastructure",
    "R71-4": "4.4 default",
    "R71-IX": "4.4 fields",
    "R61": "4.5",
    "R78": "5.3",
}

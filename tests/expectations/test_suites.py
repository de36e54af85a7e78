"""What holds for the suites as data: every rule has a name and a sentence that a person can read."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from expectations import batch, claims, company_facts, documents, facts, units
from expectations.rules import Rule, Suite

SUITES = (documents.SUITE, claims.SUITE, company_facts.SUITE, *facts.SUITES, units.SUITE, batch.SUITE)
RULES = [pytest.param(rule, id=f"{suite.name}-{rule.name}") for suite in SUITES for rule in suite.rules]


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_names_of_rules_are_unique_in_their_suite(suite: Suite) -> None:
    names = [rule.name for rule in suite.rules]
    assert sorted(set(names)) == sorted(names)


def test_names_of_checks_are_unique_on_their_table() -> None:
    checks = [(suite.table, rule.name) for suite in SUITES for rule in suite.rules]
    assert sorted(set(checks)) == sorted(checks)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_one_plain_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z].*\.", rule.sentence)
    assert re.search(r"[.!?]\s", rule.sentence) is None
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", rule.name)


def test_listing_the_rules_does_not_import_great_expectations() -> None:
    code = (
        "import sys; from expectations import claims, company_facts, documents, facts, gates, validation; "
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

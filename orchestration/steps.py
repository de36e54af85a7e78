"""The steps that lie between two rooms, each as one function that needs no Dagster: read here, judge there, load.

The assets of `raw.py` call them, and so do tests. Each is idempotent: what has been done is found done.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations import claims as claim_rules
from expectations import company_facts as company_fact_rules
from expectations import documents as document_rules
from expectations import gates, quarantine
from expectations.rules import RuleResult, Suite
from extraction import choices, lexicons, llm, reading
from extraction.claims import Claim
from orchestration.settings import SEEDS
from sources import company_facts, inline_xbrl, landing, unpacking
from sources.documents import Document
from sources.state import State
from warehouse import connection, loading

_log = logging.getLogger("ledger.steps")

CONCEPTS = SEEDS / "concepts.csv"
DOCUMENTS_AT_ONCE = 2_000  # some 20 MB of text: bounds memory when years are read anew


@dataclass(slots=True)
class Loaded:
    """What a step brought into the warehouse.

    new             new rows by raw table
    refused         rows that went to quarantine, by raw table
    results         how gate 1 judged them, one result a rule of each suite
    second_reader   what the second reader read and didn't; None where it wasn't asked
    """

    new: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    results: dict[tuple[str, str], tuple[Suite, RuleResult]] = field(default_factory=dict)
    second_reader: llm.Report | None = None

    def count(self, table: str, new: int, refused: int = 0) -> None:
        """Add a batch's rows."""
        self.new[table] = self.new.get(table, 0) + new
        self.refused[table] = self.refused.get(table, 0) + refused

    def judge(self, suite: Suite, results: Sequence[RuleResult]) -> None:
        """Keep a batch's results; a rule that any batch broke stays broken."""
        for result in results:
            known = self.results.get((suite.name, result.rule.name))
            if known is None or known[1].passed:
                self.results[suite.name, result.rule.name] = suite, result


def read_archive(home: Path) -> Loaded:
    """The archive files that the warehouse hasn't read, of whatever day → fetches, documents, filings, company facts.

    A file counts as read in the transaction that loads the last of its rows. A killed run leaves it unread; what it
    loaded of it is found loaded by the next one.
    """
    loaded = Loaded()
    with connection.write(home) as con:
        _rejudge(con, home, loaded, document_rules.SUITE, company_fact_rules.SUITE)
        paths = {landing.name_of(path): path for path in landing.warc_files(home)}
        unread = loading.unread_files(con, paths)
        for piece in unpacking.unpack((paths[name] for name in unread), inline_xbrl.load_concepts(CONCEPTS)):
            _load_unpacked(con, home, piece, loaded)
        with State(home) as state:
            loading.replace_source_states(con, state.source_states())
    return _tell(loaded)


def read_claims(home: Path, days: Sequence[date], second_reader: llm.Config | None = None) -> Loaded:
    """The documents of these landing days that today's extractor hasn't read → claims.

    Documents that no version has read yet are taken whatever their day. The second reader, where there is one, then
    reads what it hasn't read, as far as its budget goes; what becomes of it changes nothing of the rest.
    """
    loaded = Loaded()
    words = lexicons.load(SEEDS)
    version = reading.extractor_version(words)
    with connection.write(home) as con:
        _rejudge(con, home, loaded, claim_rules.SUITE)
        unread = loading.unread_documents(con, reading.EXTRACTOR, version, days)
        for start in range(0, max(len(unread), 1), DOCUMENTS_AT_ONCE):
            batch = unread[start : start + DOCUMENTS_AT_ONCE]
            found = [(row, reading.read_claims(_document(row), words)) for row in batch]
            _load_readings(con, home, (reading.EXTRACTOR, version), found, loaded)
    if second_reader:
        loaded.second_reader = _read_again(home, second_reader, words, loaded)
    return _tell(loaded)


def _read_again(home: Path, config: llm.Config, words: lexicons.Lexicons, loaded: Loaded) -> llm.Report:
    """What the second reader makes of the documents that it hasn't read, of whatever day, the newest day first.

    The warehouse is closed while the model thinks, and a day's claims are loaded before the next day is asked about.
    """
    with llm.SecondReader(config, home / "second_reader", words) as reader:
        version = reader.extractor_version
        with connection.write(home) as con:
            days = [d for d in landing.days(home) if loading.unread_documents(con, choices.EXTRACTOR, version, [d])]
        for day in reversed(days):
            with connection.write(home) as con:
                unread = loading.unread_documents(con, choices.EXTRACTOR, version, [day])
            answered = [(row, reader.read(_document(row))) for row in unread]
            found = [(row, claims) for row, claims in answered if claims is not None]
            if found:
                with connection.write(home) as con:
                    _load_readings(con, home, (choices.EXTRACTOR, version), found, loaded)
    report = reader.report
    reasons = "".join(f"; {count} left to the next run: {reason}" for reason, count in report.reasons.items())
    _log.info("second reader: read %d of %d documents%s", report.read, report.read + len(report.unread), reasons)
    return report


def _load_readings(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    extractor: tuple[str, str],
    found: Sequence[tuple[Mapping[str, Any], Sequence[Claim]]],
    loaded: Loaded,
) -> None:
    """Load what an extractor (name and version) found in documents, also where that is nothing."""
    name, version = extractor
    candidates = [_claim_row(claim, row["landing_day"]) for row, claims in found for claim in claims]
    extractions = [
        {
            "document_id": row["document_id"],
            "extractor": name,
            "extractor_version": version,
            "landing_day": row["landing_day"],
            "claim_count": len(claims),
            "extracted_at": loading.now(),
        }
        for row, claims in found
    ]
    found_rows = loading.arrow(con, claim_rules.SUITE.table, candidates)
    admission = _judge(con, claim_rules.SUITE, found_rows, home, loaded)
    with loading.transaction(con):
        _load(con, claim_rules.SUITE, admission, loaded)
        _insert(con, "extractions", extractions, loaded)


def _tell(loaded: Loaded) -> Loaded:
    new = ", ".join(f"{rows} {table}" for table, rows in loaded.new.items() if rows)
    _log.info("new in the warehouse: %s", new or "nothing")
    return loaded


def _load_unpacked(con: duckdb.DuckDBPyConnection, home: Path, unpacked: unpacking.Unpacked, loaded: Loaded) -> None:
    read = loading.arrow(con, "raw.documents", unpacked.documents)
    documents = _judge(con, document_rules.SUITE, read, home, loaded)
    filed = pa.concat_tables([company_facts.SCHEMA.empty_table(), *unpacked.company_facts])
    facts = _judge(con, company_fact_rules.SUITE, filed, home, loaded)
    now = loading.now()
    unreadable = loading.arrow(
        con, "quarantine.documents", [row | {"quarantined_at": now} for row in unpacked.unreadable]
    )
    with loading.transaction(con):
        _insert(con, "fetches", unpacked.fetches, loaded)
        _load(con, document_rules.SUITE, documents, loaded)
        _insert(con, "filings", unpacked.filings, loaded)
        _load(con, company_fact_rules.SUITE, facts, loaded)
        loaded.count("documents", 0, loading.insert(con, "quarantine.documents", unreadable))
        _insert(con, "landing_files", [row | {"loaded_at": now} for row in unpacked.files], loaded)


def _judge(
    con: duckdb.DuckDBPyConnection, suite: Suite, candidates: pa.Table, home: Path, loaded: Loaded
) -> gates.Admission:
    admission = gates.admit(con, suite, candidates, home, SEEDS)
    loaded.judge(suite, admission.results)
    return admission


def _rejudge(con: duckdb.DuckDBPyConnection, home: Path, loaded: Loaded, *suites: Suite) -> None:
    """What other rules or another vocabulary refused, and today's let pass."""
    for suite in suites:
        released = quarantine.rejudge(con, suite, home, SEEDS)
        loaded.count(suite.table.removeprefix("raw."), released)
        if released:
            _log.info("%d rows of %s left the quarantine", released, suite.table.removeprefix("raw."))


def _load(con: duckdb.DuckDBPyConnection, suite: Suite, admission: gates.Admission, loaded: Loaded) -> None:
    table = suite.table.removeprefix("raw.")
    new = loading.append(con, suite.table, admission.admitted)
    loaded.count(table, new, loading.insert(con, f"quarantine.{table}", admission.refused))
    if admission.refused.num_rows:
        _log.warning("%d rows of %s went to quarantine", admission.refused.num_rows, table)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]], loaded: Loaded) -> None:
    loaded.count(table, loading.insert(con, f"raw.{table}", loading.arrow(con, f"raw.{table}", rows)))


def _document(row: Mapping[str, Any]) -> Document:
    told = {key: value for key, value in row.items() if key != "landing_day"}
    for moment in ("published_at", "fetched_at"):
        if told[moment] is not None:
            told[moment] = told[moment].astimezone(UTC)
    return Document(**told)


def _claim_row(claim: Claim, landing_day: date) -> dict[str, Any]:
    return {
        "claim_id": claim.claim_id,
        "document_id": claim.receipt.document_id,
        "landing_day": landing_day,
        "value_low": claim.low,
        "value_high": claim.high,
        "quote": claim.receipt.quote,
        "char_start": claim.receipt.char_start,
        "char_end": claim.receipt.char_end,
        **{
            name: getattr(claim, name)
            for name in (
                *("extractor", "extractor_version", "organization", "facility", "metric", "chip", "scope", "unit"),
                *("currency", "per", "qualifier", "status", "period_start", "period_end", "confidence", "is_replaced"),
            )
        },
    }

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

from expectations import claims as claim_rules
from expectations import company_facts as company_fact_rules
from expectations import documents as document_rules
from expectations import gates
from expectations.rules import RuleResult, Suite
from extraction import lexicons, reading
from extraction.claims import Claim
from orchestration.settings import SEEDS
from sources import landing, unpacking
from sources.documents import Document
from sources.state import State
from warehouse import connection, loading

_log = logging.getLogger("ledger.steps")

FILES_AT_ONCE = 200  # archive files a batch: bounds memory when years are replayed
DOCUMENTS_AT_ONCE = 2_000  # likewise: some 20 MB of text


@dataclass(slots=True)
class Loaded:
    """What a step brought into the warehouse.

    new       new rows by raw table
    refused   rows that went to quarantine, by raw table
    results   how gate 1 judged them, one result a rule of each suite
    """

    new: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    results: dict[tuple[str, str], tuple[Suite, RuleResult]] = field(default_factory=dict)

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
    """The archive files that the warehouse hasn't read, of whatever day → fetches, documents, company facts.

    A file counts as read in the transaction that loads its rows: a killed run leaves it unread, never half read.
    """
    loaded = Loaded()
    with connection.write(home) as con:
        paths = {landing.name_of(path): path for path in landing.warc_files(home)}
        unread = loading.unread_files(con, paths)
        for start in range(0, max(len(unread), 1), FILES_AT_ONCE):
            batch = [paths[name] for name in unread[start : start + FILES_AT_ONCE]]
            _load_unpacked(con, home, unpacking.unpack(batch), loaded)
        with State(home) as state:
            loading.replace_source_states(con, state.source_states())
    return _tell(loaded)


def read_claims(home: Path, days: Sequence[date]) -> Loaded:
    """The documents of these landing days that today's extractor hasn't read → claims.

    Documents that no version has read yet are taken whatever their day.
    """
    loaded = Loaded()
    words = lexicons.load(SEEDS)
    version = reading.extractor_version(words)
    with connection.write(home) as con:
        unread = loading.unread_documents(con, reading.EXTRACTOR, version, days)
        for start in range(0, max(len(unread), 1), DOCUMENTS_AT_ONCE):
            batch = unread[start : start + DOCUMENTS_AT_ONCE]
            found = {row["document_id"]: reading.read_claims(_document(row), words) for row in batch}
            candidates = [_claim_row(claim, row["landing_day"]) for row in batch for claim in found[row["document_id"]]]
            extractions = [
                {
                    "document_id": row["document_id"],
                    "extractor": reading.EXTRACTOR,
                    "extractor_version": version,
                    "landing_day": row["landing_day"],
                    "claim_count": len(found[row["document_id"]]),
                    "extracted_at": loading.now(),
                }
                for row in batch
            ]
            admission = _judge(con, claim_rules.SUITE, candidates, home, loaded)
            with loading.transaction(con):
                _load(con, claim_rules.SUITE, admission, loaded)
                _insert(con, "extractions", extractions, loaded)
    return _tell(loaded)


def _tell(loaded: Loaded) -> Loaded:
    new = ", ".join(f"{rows} {table}" for table, rows in loaded.new.items() if rows)
    _log.info("new in the warehouse: %s", new or "nothing")
    return loaded


def _load_unpacked(con: duckdb.DuckDBPyConnection, home: Path, unpacked: unpacking.Unpacked, loaded: Loaded) -> None:
    documents = _judge(con, document_rules.SUITE, unpacked.documents, home, loaded)
    facts = _judge(con, company_fact_rules.SUITE, unpacked.company_facts, home, loaded)
    now = loading.now()
    unreadable = loading.arrow(
        con, "quarantine.documents", [row | {"quarantined_at": now} for row in unpacked.unreadable]
    )
    with loading.transaction(con):
        _insert(con, "fetches", unpacked.fetches, loaded)
        _load(con, document_rules.SUITE, documents, loaded)
        _load(con, company_fact_rules.SUITE, facts, loaded)
        loaded.count("documents", 0, loading.insert(con, "quarantine.documents", unreadable))
        _insert(con, "landing_files", [row | {"loaded_at": now} for row in unpacked.files], loaded)


def _judge(
    con: duckdb.DuckDBPyConnection, suite: Suite, rows: Sequence[Mapping[str, Any]], home: Path, loaded: Loaded
) -> gates.Admission:
    admission = gates.admit(con, suite, loading.arrow(con, suite.table, rows), home, SEEDS)
    loaded.judge(suite, admission.results)
    return admission


def _load(con: duckdb.DuckDBPyConnection, suite: Suite, admission: gates.Admission, loaded: Loaded) -> None:
    table = suite.table.removeprefix("raw.")
    new = loading.insert(con, suite.table, admission.admitted)
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
                *("currency", "per", "qualifier", "status", "period_start", "period_end", "confidence"),
            )
        },
    }

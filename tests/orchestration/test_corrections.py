"""A slip from quarantine to a corrected fact, and a correction that no longer applies: real runs on the sample."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, call_ledger
from warehouse import connection, exporting, publishing

pytestmark = pytest.mark.slow

CORRECTIONS = """
- id: coreweave-thousands
  reason: The note gives thousands as units.
  author: Jane Roe
  date: 2026-11-23
  claim: {url: "https://wire.example/slip", quote: "90,000,000 H100 GPUs"}
  action: rescale
  factor: 0.001
  expect: {value_low: 90000000}
- id: datapost-slip
  reason: The paper took it from a rumour.
  author: Jane Roe
  date: 2026-11-23
  claim: {url: "https://wire.example/rumour", quote: "12,345 H100 GPUs"}
  action: drop
  expect: {value_low: 12345, organization: Nebius}
"""


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


def text_of(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_slip_is_quarantined_corrected_and_published_and_a_correction_that_no_longer_applies_stops_the_run(
    home: Path, tmp_path: Path
) -> None:
    config = Path(
        shutil.copytree(ROOT / "sources", tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "sample"))
    )
    notes = {
        "slip": "CoreWeave operates 90,000,000 H100 GPUs in its data centers.\n",
        "rumour": "Nebius operates 12,345 H100 GPUs in Finland.\n",
    }
    for name, text in notes.items():
        (tmp_path / f"{name}.txt").write_text(text)
        url = f"https://wire.example/{name}"
        text_of(call_ledger(home, "add", tmp_path / f"{name}.txt", "--published", "2025-05-05", "--url", url))
    done = call_ledger(home, "run", "--offline")
    assert done.returncode == 0, done.stderr
    assert "WARN: magnitude_plausible" in done.stderr
    assert "look for a slip of units" in text_of(call_ledger(home, "status"))
    assert "new document: `https://wire.example/rumour`" in text_of(call_ledger(home, "diff"))

    listed = text_of(call_ledger(home, "quarantine"))
    assert "magnitude_plausible" in listed
    with connection.read(home) as con:
        ((row_key,),) = con.execute("select row_key from quarantine_claims").fetchall()
        slips = con.execute("select count(*) from fct_claims where value_high >= 90000000 and unit = 'accelerator'")
        assert slips.fetchall() == [(0,)]
    assert row_key in listed
    explained = text_of(call_ledger(home, "quarantine", row_key[:8]))
    assert "look for a slip of units" in explained
    assert "https://wire.example/slip" in explained
    assert "90,000,000 H100 GPUs" in explained
    assert "No refused row begins with 'nothing'" in call_ledger(home, "quarantine", "nothing").stderr

    (config / "corrections.yaml").write_text(CORRECTIONS)
    text_of(call_ledger(home, "run", "--offline", LEDGER_CONFIG=str(config)))
    with connection.read(home) as con:
        corrected = con.execute(
            "select fact_id, value, claim.is_current, correction_id "
            "from fct_claims as claim left join fct_compute_capacity_capex using (fact_id) "
            "where correction_id is not null order by correction_id"
        ).fetchall()
        (declared,) = con.execute("select count(*) from dim_correction").fetchall()
    assert [row[1:] for row in corrected] == [
        (90_000, True, "coreweave-thousands"),
        (None, False, "datapost-slip"),
    ]
    assert declared == (2,)
    assert text_of(call_ledger(home, "quarantine")).strip().endswith("0 rows")
    receipt = text_of(call_ledger(home, "receipt", corrected[0][0]))
    assert "Corrected (coreweave-thousands, Jane Roe, 2026-11-23)" in receipt
    assert "value_low: 90000000 → 90000" in receipt
    assert "The note gives thousands as units." in receipt
    changes = text_of(call_ledger(home, "diff"))
    assert "1 added, 0 changed, 1 withdrawn." in changes
    assert "correction coreweave-thousands" in changes
    assert "correction datapost-slip" in changes
    assert (exporting.latest(home) / "dim_correction.csv").exists()

    published = publishing.last_manifest(home)
    (config / "corrections.yaml").write_text(CORRECTIONS.replace("value_low: 12345", "value_low: 54321"))
    stopped = call_ledger(home, "run", "--offline", LEDGER_CONFIG=str(config))
    assert stopped.returncode == 1
    assert (
        "Correction datapost-slip no longer applies: it expects organization Nebius, value_low 54321" in stopped.stderr
    )
    assert "last good snapshot" in stopped.stderr
    assert publishing.last_manifest(home) == published

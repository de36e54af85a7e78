"""`python -m tests.warehouse.bench`: how long a first load of many companies takes, and the tick of one new filing.

Synthesises an archive of company facts, loads it in a process of its own, gate 1 included, then archives one company's
file again with one more filing in it and loads that in another. Prints rows, seconds and the peak of resident memory;
fails past the limits. Times of one machine say little on another; the memory does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sources.fetching import Response
from sources.landing import LandingWriter

COMPANIES, ROWS_A_COMPANY = 50, 100_000
LOAD_S, LOAD_GB, TICK_S = 60.0, 2.0, 5.0
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAPPED = ("PaymentsToAcquirePropertyPlantAndEquipment", "FinanceLeasePrincipalPayments")
LOAD = """
import resource, sys, time
from pathlib import Path
from orchestration import steps
started, worked = time.perf_counter(), time.process_time()
loaded = steps.read_archive(Path(sys.argv[1]))
seconds, worked = time.perf_counter() - started, time.process_time() - worked
# kilobytes on Linux, bytes on macOS
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
assert all(result.passed for _, result in loaded.results.values())
print(loaded.new["company_facts"], seconds, worked, peak)
"""


def company_facts(cik: int, row_count: int, filings: int) -> bytes:
    """A company facts file: as many concepts as make up the rows, each stated by every one of the quarterly filings."""
    concepts = [*MAPPED, *(f"SynthesisedConcept{number}" for number in range(row_count // filings - len(MAPPED)))]
    taxonomy = {
        concept: {"label": concept, "description": "", "units": {"USD": list(_rows(cik, number, filings))}}
        for number, concept in enumerate(concepts)
    }
    facts = {"cik": cik, "entityName": f"Company {cik}", "facts": {"us-gaap": taxonomy}}
    return json.dumps(facts, separators=(",", ":")).encode()


def _rows(cik: int, number: int, filings: int) -> Iterator[dict[str, object]]:
    for quarter in range(filings):
        start = date(1995, 1, 1) + timedelta(days=91 * quarter)
        end = start + timedelta(days=90)
        yield {
            **{"start": start.isoformat(), "end": end.isoformat(), "val": 10**6 * (number + 1) * (quarter + 40) + cik},
            **{"accn": f"{cik:010d}-{end:%y}-{quarter:06d}", "fy": end.year, "fp": f"Q{quarter % 4 + 1}"},
            **{"form": "10-Q", "filed": (end + timedelta(days=30)).isoformat(), "frame": f"CY{end.year}"},
        }


def archive(home: Path, now: datetime, ciks: range, row_count: int, filings: int) -> None:
    """Put the companies' files into the landing archive, as one run would."""
    with LandingWriter(home, "company_facts", now) as writer:
        for cik in ciks:
            url = f"https://data.sec.gov/api/xbrl/companyfacts/CIK{cik:010d}.json"
            payload = company_facts(cik, row_count, filings)
            answer = Response(url, 200, "OK", (("Content-Type", "application/json"),), payload)
            writer.add_response(answer, {"source": "edgar", "kind": "company_facts", "cik": cik})


def load(home: Path) -> tuple[int, float, float, float]:
    """A process that reads the archive: rows that came in, seconds, those of the processor, gigabytes at the peak."""
    done = subprocess.run([sys.executable, "-c", LOAD, str(home)], check=True, stdout=subprocess.PIPE, text=True)
    rows, seconds, worked, peak = done.stdout.split()
    return int(rows), float(seconds), float(worked), int(peak) / 1e9


def main() -> int:
    """Time both; 1 where one takes more than its limit."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        archive(home, NOW, range(1, COMPANIES + 1), ROWS_A_COMPANY, filings=100)
        first = load(home)
        archive(home, NOW + timedelta(days=1), range(1, 2), ROWS_A_COMPANY + ROWS_A_COMPANY // 100, filings=101)
        tick = load(home)
    print(f"{'company facts':<28}{'rows':>10}{'s':>8}{'limit s':>9}{'CPU s':>8}{'peak GB':>9}")
    for name, (rows, seconds, worked, peak), limit in (("first load", first, LOAD_S), ("one new filing", tick, TICK_S)):
        print(f"{name:<28}{rows:>10}{seconds:>8.1f}{limit:>9.0f}{worked:>8.1f}{peak:>9.2f}")
    return int(first[1] > LOAD_S or first[3] > LOAD_GB or tick[1] > TICK_S)


if __name__ == "__main__":
    raise SystemExit(main())

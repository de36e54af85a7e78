"""What a person sees in the web UI, in a real browser: the drawing, a published snapshot with its chart, the checks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.serving import free_port, wait_until_up

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def ui(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web server alone, over a copy of the sample's data home."""
    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("browser") / "home", symlinks=True))
    port = free_port()
    environment = os.environ | {
        "LEDGER_HOME": str(home),
        "LEDGER_OFFLINE": "true",
        "DAGSTER_HOME": str(home / "dagster"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    with subprocess.Popen(
        [Path(sys.executable).with_name("dagster-webserver"), "-p", str(port), "-m", "orchestration.definitions"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        wait_until_up(f"http://127.0.0.1:{port}/server_info")
        yield f"http://127.0.0.1:{port}"
        server.send_signal(signal.SIGINT)


@pytest.fixture(scope="module")
def page(ui: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1600, "height": 1200})
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        yield page
        browser.close()


def test_the_drawing_shows_the_way_of_the_data(page: Page, ui: str) -> None:
    page.goto(f"{ui}/asset-groups")
    for group in ("landing", "raw", "staging", "intermediate", "marts", "publish", "vocabulary"):
        expect(page.get_by_text(group, exact=True).first).to_be_visible()


def test_the_snapshot_shows_its_rows_and_a_chart(page: Page, ui: str) -> None:
    page.goto(f"{ui}/assets/published/snapshot")
    expect(page.get_by_text("The read-only file that analysts open")).to_be_visible()
    expect(page.get_by_text("compute_ledger.duckdb").first).to_be_visible()
    page.get_by_text("[Show Markdown]").first.click()
    chart = page.get_by_role("img", name="Facts by organisation and metric")
    expect(chart).to_be_visible()
    assert chart.evaluate("image => image.naturalWidth") > 100


def test_a_rule_is_shown_with_its_sentence_and_a_link_to_the_data_docs(page: Page, ui: str) -> None:
    page.goto(f"{ui}/assets/raw/claims?view=checks&checkDetail=quote_stands_in_document")
    expect(page.get_by_text("The quote stands in its document").first).to_be_visible()
    expect(page.get_by_text("Passed").first).to_be_visible()
    expect(page.get_by_text("/data_docs/index.html#raw_claims").first).to_be_visible()


def test_columns_of_the_fact_table_are_described(page: Page, ui: str) -> None:
    page.goto(f"{ui}/assets/marts/fct_compute_capacity_capex")
    expect(page.get_by_text("independent_source_count").first).to_be_visible()

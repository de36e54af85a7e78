"""Landing as assets, on a web server of the test's own."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration import landing
from orchestration.partitions import today
from orchestration.settings import Settings
from sources.state import State
from tests.serving import static_files


def test_feeds_and_pages_are_asked_as_their_host_wishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web, config, home = tmp_path / "web", tmp_path / "config", tmp_path / "home"
    web.mkdir()
    config.mkdir()
    (web / "robots.txt").write_text("User-agent: *\nDisallow: /closed\n")
    for name in ("open", "closed"):
        (web / f"{name}.html").write_text(f"<html><body><article><p>{name}</p></article></body></html>")
    with static_files(web) as url:
        items = "".join(f"<item><title>{n}</title><link>{url}/{n}.html</link></item>" for n in ("open", "closed"))
        (web / "feed.xml").write_text(f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>")
        (config / "feeds.yaml").write_text(
            f"- {{key: news, name: News, url: '{url}/feed.xml', kind: press, language: en, terms: our own}}"
        )
        for name, value in {"HOME": home, "CONFIG": config, "HOST_DELAY_S": 0, "ALLOW_HOSTS": "127.0.0.1"}.items():
            monkeypatch.setenv(f"LEDGER_{name}", str(value))
        settings, context = Settings(), dg.build_asset_context(partition_key=today())
        feeds = landing.landing_feeds(context, landing.FeedsConfig(), settings=settings)
        articles = landing.landing_articles(context, settings=settings)
    assert [result.metadata["landed"] for result in (feeds, articles)] == [1, 1]
    with State(home) as state:
        errors = [row["error"] for row in state.source_states() if row["error"]]
    assert len(errors) == 1
    assert "robots.txt of 127.0.0.1 doesn't let us read /closed.html" in errors[0]

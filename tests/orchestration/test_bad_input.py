"""One run over sources that are each bad in their own way: each is recorded, and what is good arrives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, call_ledger
from tests.serving import free_port, static_files
from warehouse import connection

pytestmark = pytest.mark.slow

PAGE = "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
GOOD = "Lambda runs 4,000 H100 GPUs in Texas. The company says that all of them are in use by its customers today."
# in ISO-8859-1, whatever the feed declares
FRENCH = (
    "Scaleway exploite 1 016 H100 près de Paris, dans un centre de données refroidi à l'air libre. Été comme hiver."
)


def feed(*items: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def item(url: str, title: str, date: str = "<pubDate>Tue, 05 Nov 2024 09:00:00 GMT</pubDate>") -> str:
    return f"<item><guid>{url}</guid><link>{url}</link><title>{title}</title>{date}</item>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    web, config, home = folder / "web", folder / "config", folder / "home"
    facts = web / "api" / "xbrl" / "companyfacts"
    for made in (web, config, facts):
        made.mkdir(parents=True)
    with static_files(web) as url:
        (web / "good.xml").write_text(
            feed(
                item(f"{url}/good.html", "Good"),
                item(f"{url}/undated.html", "Undated", ""),
                item(f"{url}/huge.html", "Huge"),
            )
        )
        (web / "good.html").write_text(PAGE.format(title="Good", text=GOOD))
        (web / "undated.html").write_text(PAGE.format(title="Undated", text=GOOD.replace("4,000", "5,000")))
        with (web / "huge.html").open("wb") as huge:
            huge.truncate(50_000_000)
        (web / "empty.xml").write_bytes(b"")
        (web / "page.xml").write_text("<html><body><p>We have moved.</p></body></html>")
        (web / "charset.xml").write_bytes(
            feed(item(f"{url}/french.html", "Chaleur d'été à Paris")).encode("iso-8859-1")  # it says utf-8
        )
        (web / "french.html").write_bytes(PAGE.format(title="Été", text=FRENCH).encode("iso-8859-1"))
        names = {"good": "good.xml", "empty": "empty.xml", "page": "page.xml", "charset": "charset.xml"}
        urls = {key: f"{url}/{name}" for key, name in names.items()} | {"down": f"http://127.0.0.1:{free_port()}/feed"}
        (config / "feeds.yaml").write_text(
            "\n".join(
                f"- {{key: {key}, name: {key}, url: '{address}', kind: press, language: en, terms: ours}}"
                for key, address in urls.items()
            )
        )
        (config / "companies.yaml").write_text(
            "- {key: whole, name: Alphabet, ciks: [{cik: 1652044}]}\n- {key: cut, name: Meta, ciks: [{cik: 1326801}]}\n"
        )
        sample = ROOT / "sources" / "sample" / "data.sec.example" / "api" / "xbrl" / "companyfacts"
        shutil.copy(sample / "CIK0001652044.json", facts)
        cut = (sample / "CIK0001326801.json").read_bytes()
        (facts / "CIK0001326801.json").write_bytes(cut[: len(cut) // 2])
        (folder / "report.pdf").write_bytes(b"%PDF-1.7\nthis is not what a PDF goes on with\n")
        assert call_ledger(home, "add", folder / "report.pdf").returncode == 0
        done = call_ledger(home, "run", LEDGER_CONFIG=str(config), LEDGER_SEC_DATA_URL=url)
    assert done.returncode == 0, done.stderr
    return home


def test_what_is_good_arrives(home: Path) -> None:
    with connection.read(home) as con:
        facts = con.execute(
            "select organization, value_low, period_end is null from fct_compute_capacity_capex "
            "where metric = 'accelerator_count' order by all"
        ).fetchall()
        filed = con.execute("select count(*) > 0 from fct_capex_quarterly where organization = 'Alphabet'").fetchall()
    assert ("Lambda", 4_000, False) in facts
    assert any(organization == "Lambda" and value == 5_000 for organization, value, _ in facts)
    assert any(value == 1_016 for _, value, _ in facts), "the wrong charset cost the feed nothing"
    assert filed == [(True,)]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("down", "127.0.0.1 refused the connection."),
        ("empty", "The answer is empty."),
        ("page", "A web page came instead of a feed: look for the feed's new address."),
        ("good", "127.0.0.1 sent more than 20,000,000 bytes."),
        ("cut", "The JSON of the company facts is cut off or invalid; the next run asks again."),
    ],
)
def test_what_is_bad_is_a_recorded_error_of_its_source(home: Path, source: str, sentence: str) -> None:
    with connection.read(home) as con:
        reported = con.execute("select last_error from rpt_source_health where source = ?", [source]).fetchall()
    assert reported == [(sentence,)]
    assert sentence in call_ledger(home, "status").stdout


def test_the_unreadable_pdf_is_in_quarantine_with_its_reason(home: Path) -> None:
    with connection.read(home) as con:
        ((source, rules, reasons),) = con.execute("select source, rules, reasons from quarantine_documents").fetchall()
    assert (source, rules) == ("inbox", ["readable"])
    assert "PDF" in reasons[0]
    assert reasons[0] in " ".join(call_ledger(home, "status").stdout.split())


def test_nothing_fetched_is_lost(home: Path) -> None:
    with connection.write(home) as con:
        archived, read = con.execute(
            "select count(*), count(*) filter (kind in ('article', 'inbox_file')) from raw.fetches"
        ).fetchall()[0]
        (documents,), (refused,) = (
            con.execute(f"select count(*) from {table}").fetchone() or (0,)
            for table in ("raw.documents", "quarantine.documents")
        )
    assert archived > 0
    assert read == documents + refused

"""Inline XBRL: small documents of our own with each way to write a number, and the recorded filings."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.inline_xbrl import load_concepts, read_facts
from sources.landing import Record, Unreadable

CONCEPTS_CSV = Path(__file__).parents[2] / "dbt" / "seeds" / "concepts.csv"
PAID = ("us-gaap", "PaymentsToAcquirePropertyPlantAndEquipment")
OWN = ("acme", "PurchasesOfHalls")
CONCEPTS = frozenset({PAID, OWN, ("ifrs-full", "PurchaseOfPlant")})
SPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" xmlns:gaap="http://fasb.org/us-gaap/2024" '
    'xmlns:us-gaap="http://fasb.org/us-gaap/2024" xmlns:acme="http://acme.example/20240630" '
    'xmlns:ifrs="https://xbrl.ifrs.org/taxonomy/2024-03-27/ifrs-full" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def context(name: str, start: str, end: str, segment: str = "", cik: str = "0000000007") -> str:
    return (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">{cik}'
        f"</xbrli:identifier>{segment}</xbrli:entity><xbrli:period><xbrli:startDate>{start}</xbrli:startDate>"
        f"<xbrli:endDate>{end}</xbrli:endDate></xbrli:period></xbrli:context>"
    )


MEMBER = '<xbrldi:explicitMember dimension="acme:Axis">acme:EastMember</xbrldi:explicitMember>'
HEADER = "".join(
    [
        "<div style='display:none'><ix:header><ix:resources>",
        context("half", "2024-01-01", "2024-06-30"),
        context("east", "2024-01-01", "2024-06-30", f"<xbrli:segment>{MEMBER}</xbrli:segment>"),
        context("forecast", "2024-01-01", "2024-06-30").replace(
            "<xbrli:period>", f"<xbrli:scenario>{MEMBER}</xbrli:scenario><xbrli:period>"
        ),
        context("other", "2024-01-01", "2024-06-30", cik="0000000008"),
        '<xbrli:context id="day"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000007'
        "</xbrli:identifier></xbrli:entity><xbrli:period><xbrli:instant>2024-06-30</xbrli:instant></xbrli:period>"
        "</xbrli:context>",
        '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>',
        '<xbrli:unit id="eur"><xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unit>',
        '<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>',
        '<xbrli:unit id="each"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>'
        "</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>"
        "</xbrli:unitDenominator></xbrli:divide></xbrli:unit>",
        "</ix:resources></ix:header></div>",
    ]
)


def tag(text: str, name: str = ":".join(PAID), **more: str) -> str:
    told = {"contextRef": "half", "unitRef": "usd", "decimals": "-6", "scale": "6", "format": "ixt:num-dot-decimal"}
    attributes = " ".join(f'{key}="{value}"' for key, value in (told | more).items())
    return f'<ix:nonFraction name="{name}" {attributes}>{text}</ix:nonFraction>'


def page(*tags: str) -> bytes:
    body = "".join(f"<p>({one})</p>" for one in tags)
    return f"<?xml version='1.0' encoding='UTF-8'?><html {SPACES}><body>{HEADER}{body}</body></html>".encode()


def filing(payload: bytes, **more: object) -> Record:
    about = {"cik": 7, "accession": "0000000007-24-000012", "form": "10-Q", "filed_on": "2024-08-01"}
    about |= {"document": "acme.htm", "document_type": "10-Q", "kind": "filing", **more}
    day = datetime(2024, 8, 2, tzinfo=UTC)
    return Record("urn:uuid:1", "w", day.date(), "https://x.example/acme.htm", 200, None, payload, "", day, about)


def values(*tags: str) -> list[Decimal]:
    return [row["value"] for row in read_facts(filing(page(*tags)), CONCEPTS)]


def test_a_tagged_line_is_a_row_of_company_facts() -> None:
    (row,) = read_facts(filing(page(tag("3,886"))), CONCEPTS)
    assert row == {
        **{"cik": 7, "taxonomy": PAID[0], "concept": PAID[1], "unit": "USD"},
        **{"period_start": date(2024, 1, 1), "period_end": date(2024, 6, 30), "value": Decimal(3_886_000_000)},
        **{"accession": "0000000007-24-000012", "form": "10-Q", "filed_on": date(2024, 8, 1)},
        **{"fetch_id": "urn:uuid:1", "landing_day": date(2024, 8, 2), "source": "inline_xbrl"},
    }


@pytest.mark.parametrize(
    ("text", "how", "value"),
    [
        ("1,234", {}, "1234000000"),
        ("1.5", {"scale": "9", "format": "ixt:numdotdecimal"}, "1500000000"),
        ("1,234", {"scale": "3"}, "1234000"),
        ("1,234.56", {"scale": "0"}, "1234.56"),
        ("1234", {"scale": "-2"}, "12.34"),
        ("12 345", {"scale": "0"}, "12345"),
        ("1.234,5", {"format": "ixt:num-comma-decimal"}, "1234500000"),
        ("1.234", {"format": "ixt:numcomma", "scale": "0"}, "1234"),
        ("1 234,5", {"format": "ixt:numspacecomma", "scale": "0"}, "1234.5"),
        ("—", {"format": "ixt:fixed-zero"}, "0"),
        ("-", {"format": "ixt:zerodash"}, "0"),
        ("no", {"format": "ixt-sec:numwordsen"}, "0"),
        ("250", {"sign": "-"}, "-250000000"),
        ("<b>2</b>,<i>5</i>00", {}, "2500000000"),
    ],
)
def test_a_number_is_read_as_its_format_scale_and_sign_say(text: str, how: dict[str, str], value: str) -> None:
    assert values(tag(text, **how)) == [Decimal(value)]


@pytest.mark.parametrize(
    "other",
    [
        tag("1", contextRef="east"),
        tag("1", contextRef="forecast"),
        tag("1", contextRef="day"),
        tag("1", contextRef="other"),
        tag("1", contextRef="nowhere"),
        tag("1", unitRef="shares"),
        tag("1", unitRef="each"),
        tag("1", "us-gaap:Revenues"),
        tag("1", "acme:Revenues"),
        tag("", **{"xsi:nil": "true"}),
        tag("two", format="ixt-sec:numwordsen"),
        tag("12 units 5", format="ixt:num-unit-decimal"),
        tag("1", scale="90"),
    ],
)
def test_a_part_a_day_another_company_or_what_is_no_sum_is_left_out(other: str) -> None:
    assert values(other, tag("5")) == [Decimal(5_000_000)]


def test_a_line_of_the_companys_own_and_one_under_another_prefix_are_read() -> None:
    own, prefixed = tag("5", ":".join(OWN), unitRef="eur"), tag("6", f"gaap:{PAID[1]}")
    foreign = tag("7", "ifrs:PurchaseOfPlant")
    rows = read_facts(filing(page(own, prefixed, foreign)), CONCEPTS)
    assert [(row["taxonomy"], row["concept"], row["unit"]) for row in rows] == [
        (*OWN, "EUR"),
        (*PAID, "USD"),
        ("ifrs-full", "PurchaseOfPlant", "USD"),
    ]


def test_of_one_value_stated_twice_the_more_exact_statement_counts_and_equal_ones_are_one() -> None:
    rough = tag("11.3", scale="9", decimals="-8")
    assert values(rough, tag("11,339"), tag("11,339"), rough) == [Decimal(11_339_000_000)]


def test_two_equally_exact_values_that_differ_are_both_kept() -> None:
    assert values(tag("5"), tag("6"), tag("5")) == [Decimal(5_000_000), Decimal(6_000_000)]


def test_a_tag_within_a_tag_gives_each_its_own_number() -> None:
    nested = tag(tag("5", ":".join(OWN)))
    rows = read_facts(filing(page(nested)), CONCEPTS)
    assert [(row["concept"], row["value"]) for row in rows] == [(PAID[1], 5_000_000), (OWN[1], 5_000_000)]


def test_an_xbrl_instance_and_a_whole_submission_are_read_too() -> None:
    instance = (
        '<?xml version="1.0" encoding="utf-8"?><xbrl xmlns="http://www.xbrl.org/2003/instance" '
        'xmlns:us-gaap="http://fasb.org/us-gaap/2023"><context id="c"><entity><identifier scheme="s">0000000007'
        "</identifier></entity><period><startDate>2024-01-01</startDate><endDate>2024-06-30</endDate></period></context>"
        '<unit id="u"><measure>iso4217:USD</measure></unit>'
        f'<{":".join(PAID)} contextRef="c" unitRef="u" decimals="-6">-5043000000</{":".join(PAID)}></xbrl>'
    ).encode()
    (row,) = read_facts(filing(instance, document="acme_htm.xml"), CONCEPTS)
    assert row["value"] == -5_043_000_000
    whole = (
        b"<SEC-DOCUMENT>\n<DOCUMENT>\n<TYPE>10-Q\n<SEQUENCE>1\n<FILENAME>acme.htm\n<TEXT>\n<XBRL>\n"
        + page(tag("5"))
        + b"\n</XBRL>\n</TEXT>\n</DOCUMENT>\n<DOCUMENT>\n<TYPE>XML\n<FILENAME>acme_htm.xml\n<TEXT>\n<XML>\n"
        + instance
        + b"\n</XML>\n</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>"
    )
    (row,) = read_facts(filing(whole, document="0000000007-24-000012.txt"), CONCEPTS)
    assert row["value"] == 5_000_000


@pytest.mark.parametrize("payload", [b"<html><body><p>No tags.</p></body></html>", b"Plain text.", b"%PDF-1.4"])
def test_a_document_without_xbrl_has_no_rows(payload: bytes) -> None:
    assert read_facts(filing(payload), CONCEPTS) == []


def test_a_period_that_is_none_is_told() -> None:
    with pytest.raises(Unreadable, match="no period: 2024-01-01 to 2024-06-31"):
        read_facts(filing(page(tag("5")).replace(b"2024-06-30", b"2024-06-31")), CONCEPTS)


def test_a_flaw_in_the_page_costs_no_line_and_no_entity_is_resolved() -> None:
    bomb = b'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    flawed = page(tag("5")).replace(b"<html", bomb + b"<html", 1).replace(b"<body>", b"<body>&c;&nbsp;<p>open")
    (row,) = read_facts(filing(flawed), CONCEPTS)
    assert row["value"] == 5_000_000


RECORDED = {  # folder below Archives/edgar/data: form and day of filing
    "1318605/000162828025003063/tsla-20241231.htm": ("10-K", "2025-01-30"),
    "1318605/000162828025035806/tsla-20250630.htm": ("10-Q", "2025-07-24"),
    "1318605/000162828024032662/tsla-20240630_htm.xml": ("10-Q", "2024-07-24"),
    "1326801/000132680125000017/meta-20241231.htm": ("10-K", "2025-01-30"),
    "1652044/000165204425000014/goog-20241231.htm": ("10-K", "2025-02-05"),
    "1018724/000101872425000004/amzn-20241231.htm": ("10-K", "2025-02-07"),
    "1045810/000104581025000209/nvda-20250727.htm": ("10-Q", "2025-08-27"),
    "320193/000032019325000073/aapl-20250628.htm": ("10-Q", "2025-08-01"),
    "1341439/000095017024104905/orcl-20240831.htm": ("10-Q", "2024-09-10"),
}
COMMON = {"1326801": 4, "1652044": 9, "1018724": 3, "1045810": 2, "320193": 2}  # values that both have


def recorded_facts(shared: Path, path: str) -> list[dict[str, object]]:
    cik, folder, name = path.split("/")
    form, filed_on = RECORDED[path]
    payload = (shared / "edgar" / "Archives" / "edgar" / "data" / path).read_bytes()
    about = {"accession": f"{folder[:10]}-{folder[10:12]}-{folder[12:]}", "document": name}
    record = filing(payload, cik=int(cik), form=form, filed_on=filed_on, **about)
    return read_facts(record, load_concepts(CONCEPTS_CSV))


@pytest.mark.shared
@pytest.mark.parametrize("path", RECORDED)
def test_the_recorded_filings_say_what_company_facts_say_of_them(shared: Path, path: str) -> None:
    rows = recorded_facts(shared, path)
    assert any(row["concept"] in {PAID[1], "PaymentsToAcquireProductiveAssets"} for row in rows)
    cik = path.partition("/")[0]
    told = shared / "edgar" / "api" / "xbrl" / "companyfacts" / f"CIK{int(cik):010d}.json"
    known = {
        (concept, unit, one["start"], one["end"], one["accn"]): one["val"]
        for concepts in (json.loads(told.read_bytes())["facts"].values() if told.exists() else ())
        for concept, described in concepts.items()
        for unit, ones in described["units"].items()
        for one in ones
        if "start" in one
    }
    both = [
        (row["value"], known[key])
        for row in rows
        if (key := (row["concept"], row["unit"], str(row["period_start"]), str(row["period_end"]), row["accession"]))
        in known
    ]
    assert len(both) == COMMON.get(cik, 0)
    assert [read for read, _ in both] == [filed for _, filed in both]


@pytest.mark.shared
def test_where_company_facts_are_not_at_hand_the_statements_figures_come_out(shared: Path) -> None:
    paid = {
        (path.rpartition("/")[2], str(row["period_end"])): row["value"] // 10**6
        for path in RECORDED
        if path.startswith(("1318605", "1341439"))
        for row in recorded_facts(shared, path)
        if row["concept"] == PAID[1]
    }
    assert paid == {
        ("tsla-20241231.htm", "2024-12-31"): 11_339,
        ("tsla-20241231.htm", "2023-12-31"): 8_898,
        ("tsla-20241231.htm", "2022-12-31"): 7_158,
        ("tsla-20250630.htm", "2025-06-30"): 3_886,
        ("tsla-20250630.htm", "2024-06-30"): 5_049,
        ("tsla-20240630_htm.xml", "2024-06-30"): 5_043,
        ("tsla-20240630_htm.xml", "2023-06-30"): 4_132,
        ("orcl-20240831.htm", "2024-08-31"): 2_303,
        ("orcl-20240831.htm", "2023-08-31"): 1_314,
    }

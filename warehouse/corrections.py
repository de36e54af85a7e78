"""Corrections: a claim or a value of a filing that is known to be wrong, and what stands in its place.

Declared in YAML, each with its reason, its author, its date, and what the source says now (`expect`). A source that
changes so that the correction no longer applies stops the build: a correction that is forgotten does harm later.
The raw rows stay as they came; `raw.corrections` holds them as they should be, and dbt puts those in their place.
Not here: a word that is read wrongly everywhere (`dbt/seeds/`), a rule (`expectations/`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from warehouse import loading

OURS = Path(__file__).with_name("corrections.yaml")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Row = dict[str, Any]

# The readings of a page or document; `stands`: by the newest version of its extractor, in its newest revision.
_CLAIMS = """
    with revisions as (
        select
            documents.document_id,
            row_number() over (order by documents.fetched_at desc, documents.document_id desc) = 1 as is_newest
        from raw.documents as documents
        left join raw.fetches as fetches on documents.fetch_id = fetches.fetch_id
        where documents.document_id = $document or coalesce(documents.url, fetches.url) = $url
    ),
    readings as (
        select
            document_id,
            extractor,
            max_by(extractor_version, (extracted_at, extractor_version)) as newest
        from raw.extractions
        where document_id in (select document_id from revisions)
        group by document_id, extractor
    )
    select claims.*, is_newest and claims.extractor_version = readings.newest as stands
    from {rows} as claims
    inner join revisions on claims.document_id = revisions.document_id
    inner join readings on claims.document_id = readings.document_id and claims.extractor = readings.extractor
"""
_FILED_VALUES = """
    from {rows}
    where
        cik = $cik and taxonomy = $taxonomy and concept = $concept and unit = $unit and accession = $accession
        and period_start is not distinct from $period_start and period_end = $period_end
"""


# Of a row of raw.corrections; a claim has its id and nothing else of this but its unit and period.
_IDENTITY = (
    *("claim_id", "cik", "taxonomy", "concept", "accession", "value_filed"),
    *("unit", "period_start", "period_end"),
)


class CorrectionError(RuntimeError):
    """A correction that can't be used, or that no longer applies; the message names it and says what to do."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def given(self) -> Row:
        """What the file gives, nulls too: "no facility" is a value."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Statement(_Shape):
    """A claim, by its document (one revision) or its address (whatever revision), and its words or a part of them."""

    document: Words | None = None
    url: Words | None = None
    quote: Words

    @model_validator(mode="after")
    def _one_place(self) -> Statement:
        if (self.document is None) == (self.url is None):
            raise ValueError("give either `document` or `url`")
        return self


class FiledValue(_Shape):
    """A value of a filing, by its identity."""

    cik: int
    taxonomy: Words
    concept: Words
    unit: Words
    period_start: date | None = None
    period_end: date
    accession: Words


class ClaimValues(_Shape):
    """Columns of `raw.claims` that a correction may speak of."""

    organization: Words | None = None
    facility: Words | None = None
    metric: Words | None = None
    chip: Words | None = None
    scope: Words | None = None
    value_low: Decimal | None = None
    value_high: Decimal | None = None
    unit: Words | None = None
    currency: Words | None = None
    per: Literal["month", "year"] | None = None
    qualifier: Literal["exact", "approx", "at_least", "at_most", "range"] | None = None
    status: Literal["actual", "planned", "estimated"] | None = None
    period_start: date | None = None
    period_end: date | None = None


class FiledValues(_Shape):
    """What a correction of a filing may speak of."""

    value: Decimal


class _Correction(_Shape):
    """What both kinds have. `expect`: what the source says now; `set`: what an override puts in its place."""

    id: Key
    reason: Words
    author: Words
    date: date
    action: Literal["drop", "override", "rescale"]
    expect: _Shape
    set: _Shape | None = None
    factor: Annotated[Decimal, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> _Correction:
        if not self.expect.given():
            raise ValueError("`expect` is empty: write what the source says now")
        if (self.action == "override") != bool(self.set and self.set.given()):
            raise ValueError("`set` says what an override puts in place, and belongs to no other action")
        if (self.action == "rescale") != (self.factor is not None):
            raise ValueError("`factor` says what a rescale multiplies by, and belongs to no other action")
        return self


class ClaimCorrection(_Correction):
    """A correction of a claim; `expect` also tells several claims of one quote apart."""

    claim: Statement
    expect: ClaimValues
    set: ClaimValues | None = None


class FilingCorrection(_Correction):
    """A correction of a value of a filing."""

    filing: FiledValue
    expect: FiledValues
    set: FiledValues | None = None


Correction = ClaimCorrection | FilingCorrection


def load(files: Sequence[Path]) -> list[Correction]:
    """The corrections of these files, in their order; a file that isn't there has none.

    Raises   CorrectionError with one sentence: the file, the entry, and what to write there.
    """
    declared = [one for file in files if file.exists() for one in _load(file)]
    doubled = [name for name, count in Counter(one.id for one in declared).items() if count > 1]
    if doubled:
        raise CorrectionError(f"The correction {doubled[0]} is declared more than once: give each an id of its own.")
    return declared


def apply(con: duckdb.DuckDBPyConnection, declared: Sequence[Correction]) -> int:
    """Fill `raw.corrections` with the rows that these corrections speak of, as they should be; how many rows.

    Raises   CorrectionError where the source no longer says what a correction expects, and changes nothing.
    """
    rows: dict[tuple[Any, ...], Row] = {}
    for one in declared:
        table = "raw.company_facts" if isinstance(one, FilingCorrection) else "raw.claims"
        for row in _corrected(one, _candidates(con, one, table)):
            same = rows.setdefault(tuple(row.get(name) for name in _IDENTITY), row)
            if same["correction_id"] != one.id:
                raise CorrectionError(
                    f"The corrections {same['correction_id']} and {one.id} speak of the same row: make one of them."
                )
    with loading.transaction(con):
        con.execute("delete from raw.corrections")
        loading.append(con, "raw.corrections", loading.arrow(con, "raw.corrections", list(rows.values())))
    return len(rows)


def among_refused(
    con: duckdb.DuckDBPyConnection, declared: Sequence[Correction], table: str, refused: pa.Table
) -> list[tuple[Row, Row]]:
    """Of rows that gate 1 refused, those that a correction speaks of, each with how it should be.

    table     raw.claims or raw.company_facts, whose columns the rows have
    refused   with whatever other columns
    """
    found = []
    con.register("refused_rows", refused)
    for one in declared:
        if one.action != "drop" and isinstance(one, FilingCorrection) == (table == "raw.company_facts"):
            candidates = _candidates(con, one, "refused_rows")
            found += [(row, row | _changed(one, row)) for row in candidates if _holds(one.expect.given(), row)]
    con.unregister("refused_rows")
    return found


def _load(file: Path) -> list[Correction]:
    try:
        listed = yaml.safe_load(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CorrectionError(f"{file} is not UTF-8 text: save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise CorrectionError(f"{file} is not valid YAML{where}: mend that line.") from None
    if not isinstance(listed, list):
        raise CorrectionError(f"{file} must be a list: start each correction with `- id: …`, or write [] for none.")
    return [_entry(file, number, fields) for number, fields in enumerate(listed, start=1)]


def _entry(file: Path, number: int, fields: Any) -> Correction:
    if not isinstance(fields, dict):
        raise CorrectionError(f"{file}, correction {number} has no fields: write them as `name: value`, one a line.")
    named = f"{file}, correction {number}" + (f" ({fields['id']})" if "id" in fields else "")
    try:
        model: type[Correction] = FilingCorrection if "filing" in fields else ClaimCorrection
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        match first["type"]:
            case "missing":
                told = f"`{name}` is missing: add it."
            case "extra_forbidden":
                told = f"`{name}` is not known here: take it out, or correct its spelling."
            case _:
                message = first["msg"].removeprefix("Value error, ")
                told = (f"`{name}` is {first['input']!r}: " if name else "") + f"{message}."
        raise CorrectionError(f"{named}: {told}") from None


def _candidates(con: duckdb.DuckDBPyConnection, correction: Correction, rows: str) -> list[Row]:
    """Those of the rows (a table's name) that the correction could mean; `stands` where readers would have them."""
    if isinstance(correction, FilingCorrection):
        found = con.sql(_FILED_VALUES.format(rows=rows), params=correction.filing.model_dump())
        return [row | {"stands": True} for row in found.to_arrow_table().to_pylist()]
    where = {"document": correction.claim.document, "url": correction.claim.url}
    found = con.sql(_CLAIMS.format(rows=rows), params=where)
    quote = _words(correction.claim.quote)
    return [row for row in found.to_arrow_table().to_pylist() if quote in _words(row["quote"])]


def _corrected(correction: Correction, candidates: Sequence[Row]) -> list[Row]:
    """The candidates that are as the correction expects, as rows of `raw.corrections`. Pure.

    What stands decides whether it still applies; older revisions and readings that say the same are corrected too, for
    whoever asks what was known then.
    """
    expected = correction.expect.given()
    standing = [row for row in candidates if row["stands"]]
    meant = [row for row in standing if _holds(expected, row)]
    if not standing:
        raise CorrectionError(
            f"Correction {correction.id} finds nothing to correct: {_place(correction)} is not in the warehouse. "
            "Compare with `ledger receipt`, then mend the correction or take it out."
        )
    if not meant:
        now = _told({name: standing[0][name] for name in expected})
        raise CorrectionError(
            f"Correction {correction.id} no longer applies: it expects {_told(expected)}, and its source has {now}. "
            "Look at the source again, then mend the correction or take it out."
        )
    readers = {row["extractor"] for row in meant if isinstance(correction, ClaimCorrection)}  # each may say it once
    if readers and len(meant) > len(readers):
        raise CorrectionError(
            f"Correction {correction.id} fits {len(meant)} claims of its quote: add to `expect` what tells them apart "
            "(metric, chip, status …)."
        )
    return [_row(correction, row) for row in candidates if _holds(expected, row)]


def _changed(correction: Correction, row: Row) -> Row:
    """The columns that the correction changes, with what it puts there."""
    if correction.factor is not None:
        numbers = ("value",) if isinstance(correction, FilingCorrection) else ("value_low", "value_high")
        return {name: row[name] * correction.factor for name in numbers}
    return correction.set.given() if correction.set else {}


def _row(correction: Correction, row: Row) -> Row:
    changed = _changed(correction, row)
    changes = [f"{name}: {_plain(row[name])} → {_plain(value)}" for name, value in changed.items()]
    if isinstance(correction, FilingCorrection):
        kept = correction.filing.model_dump() | {"value_filed": row["value"], "value": row["value"]}
    else:
        kept = {name: row[name] for name in ("claim_id", *ClaimValues.model_fields)}
    return {
        "correction_id": correction.id,
        "action": correction.action,
        "reason": correction.reason,
        "author": correction.author,
        "corrected_on": correction.date,
        "changes": "; ".join(sorted(changes)) or "left out",
        **kept,
        **changed,
    }


def _holds(expected: Mapping[str, Any], row: Row) -> bool:
    return all(row[name] == value for name, value in expected.items())


def _place(correction: Correction) -> str:
    if isinstance(correction, FilingCorrection):
        filed = correction.filing
        return f"{filed.concept} of {filed.period_end} in {filed.accession}"
    return f"“{correction.claim.quote}” of {correction.claim.document or correction.claim.url}"


def _told(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in sorted(values.items()))


def _plain(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, Decimal) and "." in f"{value:f}" else str(value)


def _words(text: str) -> str:
    """Without the difference of spaces: a no-break space looks like any other where the quote is copied from."""
    return " ".join(text.split())

"""What is watched: feeds and companies, read from `feeds.yaml` and `companies.yaml` of the configuration folder.

The shape of an entry and the sentence for a bad one. Not here: how or when a source is fetched.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WatchlistError(Exception):
    """A watchlist that can't be used; the message names the file and the entry and says what to write there."""


class Feed(BaseModel):
    """One feed.

    key            short name in lower case, which documents and states bear; never reused for another feed
    name           the publisher, as a reader knows it
    kind           who speaks, for the ranking of rival claims
    language       ISO 639-1
    speaker        canonical organisation that says "we" in it, where one does
    terms          under which terms it may be read and kept: looked up before the feed is added
    every_minutes  between two checks
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    name: Words
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]
    kind: Literal["press", "company", "regulator"]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    terms: Words
    speaker: Words | None = None
    every_minutes: int = Field(default=30, ge=5)

    @model_validator(mode="after")
    def _has_no_password(self) -> Self:
        if "@" in urlsplit(self.url).netloc:
            raise ValueError("its address has a user name and password, which the archive and the snapshot would show")
        return self


class Cik(BaseModel):
    """A number under which the SEC files a company, and the days from and to which its filings bear it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cik: int = Field(gt=0, lt=10**10)
    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Cik:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"`from` of CIK {self.cik} lies after its `to`")
        return self


class Company(BaseModel):
    """A company whose filings are read. `name` is the canonical organisation of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    name: Words
    ciks: list[Cik] = Field(min_length=1)


Entry = TypeVar("Entry", Feed, Company)


def load_feeds(folder: Path) -> list[Feed]:
    """The feeds of `feeds.yaml`; WatchlistError names the entry that is wrong."""
    feeds = _load(folder / "feeds.yaml", Feed)
    _check_once("feeds.yaml", "address", [feed.url for feed in feeds])
    return feeds


def load_companies(folder: Path) -> list[Company]:
    """The companies of `companies.yaml`; WatchlistError names the entry that is wrong."""
    return _load(folder / "companies.yaml", Company)


def _load(path: Path, model: type[Entry]) -> list[Entry]:
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WatchlistError(f"{path} is missing: create it, or point LEDGER_CONFIG at its folder.") from None
    except UnicodeDecodeError:
        raise WatchlistError(f"{path.name} is not UTF-8 text: save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be parsed"
        raise WatchlistError(f"{path.name} is not valid YAML{line} ({problem}): mend that line.") from None
    if not isinstance(listed, list):
        raise WatchlistError(f"{path.name} must be a list: start each entry with `- key: …`.")
    entries = [_entry(path.name, number, fields, model) for number, fields in enumerate(listed, start=1)]
    _check_once(path.name, "key", [entry.key for entry in entries])
    return entries


def _check_once(file_name: str, what: str, values: list[str]) -> None:
    doubled = [value for value, count in Counter(values).items() if count > 1]
    if doubled:
        raise WatchlistError(f"{file_name} has the {what} {doubled[0]} more than once: give each entry its own.")


def _entry(file_name: str, number: int, fields: Any, model: type[Entry]) -> Entry:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        key = fields.get("key") if isinstance(fields, dict) else None
        where = f"{file_name}, entry {number}" + (f" ({key})" if key else "")
        name = ".".join(str(part) for part in first["loc"])
        raise WatchlistError(f"{where}: {_fix(name, first['type'], first['msg'], first['input'])}") from None


def _fix(name: str, fault: str, message: str, given: Any) -> str:
    if fault == "missing":
        return f"`{name}` is missing: add it."
    if fault == "extra_forbidden":
        return f"`{name}` is not known here: take it out, or correct its spelling."
    if fault == "model_type":
        return "it has no fields: write them as `name: value`, one a line."
    if not name:
        return f"{message.removeprefix('Value error, ')}: correct it."
    return f"`{name}` is {given!r}, but {message[:1].lower()}{message[1:]}: correct it."

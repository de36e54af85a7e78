"""The inbox: documents that somebody hands over (text, HTML, PDF, WARC), with what they know about them.

`add` copies files into `inbox/` under the data home, each with a sidecar `NAME.meta.json`; `land_inbox` moves them into
the landing archive. A file leaves the inbox only once the archive file that holds it is whole.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from sources.articles import READABLE_TYPES, media_type
from sources.documents import Document
from sources.fetching import Response
from sources.landing import LandingReport, LandingWriter, read_records
from sources.reading import read_document

log = logging.getLogger("ledger.inbox")

CONTENT_TYPES = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html", ".pdf": "application/pdf"}
WARC_SUFFIXES = (".warc", ".warc.gz")
SIDECAR = ".meta.json"


class InboxError(Exception):
    """A file that can't be taken in; the message says which and what to do."""


class Facts(BaseModel):
    """What a sidecar says. `published` is a day or a moment, UTC where it names no zone; `source` a publisher's name.

    name   what the file was called when it was added, where the inbox already had another of that name
    """

    model_config = ConfigDict(extra="forbid")

    published: datetime | None = None
    title: str | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")] | None = None
    source: str | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None
    kind: Literal["press", "company", "regulator", "filing"] = "press"
    speaker: str | None = None
    name: str | None = None

    @field_validator("published", mode="before")
    @classmethod
    def _in_utc(cls, published: Any) -> datetime | None:
        if published is None:
            return None
        # not left to pydantic, which takes a number such as 20240605 for seconds since 1970
        moment = datetime.fromisoformat(published if isinstance(published, str) else "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def add(
    home: Path,
    paths: Iterable[Path],
    published: str | None = None,
    title: str | None = None,
    url: str | None = None,
    source: str | None = None,
    language: str | None = None,
) -> list[Path]:
    """Copy files into the inbox; what is given here goes before what their own sidecars say. All go in, or none.

    published   YYYY-MM-DD, or a moment in ISO 8601
    Returns     where they wait: under their own names, or with a number where another file waits under it
    Raises      InboxError
    """
    given = {"published": published, "title": title, "url": url, "source": source, "language": language}
    overrides = {name: value for name, value in given.items() if value is not None}
    files = [Path(path) for path in paths if not Path(path).name.endswith(SIDECAR)]
    for path in files:
        _check_file(path)
    facts = [_facts(path, overrides, datetime.now(UTC)) for path in files]
    return [_copy(home / "inbox", path, about) for path, about in zip(files, facts, strict=True)]


def waiting(home: Path) -> list[Path]:
    """The files of the inbox that are not archived yet, by name."""
    inbox = home / "inbox"
    if not inbox.is_dir():
        return []
    files = [path for path in inbox.iterdir() if path.is_file() and not path.name.startswith(".")]
    return sorted(path for path in files if not path.name.endswith(SIDECAR))


def land_inbox(home: Path, now: datetime) -> LandingReport:
    """Archive every waiting file, then take it out of the inbox.

    A file that can't be taken in is an error and moves, with its sidecar, to the inbox's folder `refused`: it waits for
    somebody to mend it and add it again, and no run stumbles over it a second time.
    now   UTC
    """
    files = waiting(home)
    archived: list[Path] = []
    errors: list[tuple[str, str]] = []
    with LandingWriter(home, "inbox", now) as writer:
        for path in files:
            try:
                _check_file(path)
                _archive(path, _facts(path, {}, now), writer)
            except InboxError as error:
                _refuse(path)
                errors.append(("inbox", f"{error} It was moved to {path.parent.name}/refused."))
                log.warning("%s It was moved to %s/refused.", error, path.parent.name)
                continue
            archived.append(path)
            log.info("archived %s", path.name)
    for path in archived:
        path.unlink()
        _sidecar(path).unlink(missing_ok=True)
    return LandingReport("inbox", len(files), writer.count, 0, errors, writer.path)


def read(path: Path, published: str | None = None, title: str | None = None, url: str | None = None) -> list[Document]:
    """The documents of a file as a run would read them, by the same way through an archive, which is then thrown away.

    Raises   InboxError, Unreadable
    """
    with TemporaryDirectory() as folder:
        home = Path(folder)
        add(home, [path], published=published, title=title, url=url)
        report = land_inbox(home, datetime.now(UTC))
        records = read_records(report.path) if report.path else iter(())
        return [document for record in records if (document := read_document(record)) is not None]


def _refuse(path: Path) -> None:
    refused = path.parent / "refused"
    refused.mkdir(exist_ok=True)
    for moved in (path, _sidecar(path)):
        if moved.exists():
            moved.replace(refused / moved.name)


@dataclass(frozen=True, slots=True)
class _Captured:
    """One page of somebody's WARC file, with the moment at which they fetched it."""

    response: Response
    captured_at: str


def _archive(path: Path, facts: Facts, writer: LandingWriter) -> None:
    about: dict[str, Any] = {"source": "inbox", "source_kind": facts.kind, "publisher": facts.source}
    about |= {"language": facts.language, "speaker": facts.speaker, "title": facts.title}
    published = facts.published.isoformat() if facts.published else None
    about |= {"published": published, "published_method": "stated" if published else "none"}
    if path.name.endswith(WARC_SUFFIXES):
        for _ in _captured(path):  # once to the end before the first is archived: a damaged file goes in whole or not
            pass
        for page in _captured(path):
            writer.add_response(page.response, about | {"kind": "article", "captured_at": page.captured_at})
    else:
        about |= {"kind": "inbox_file", "name": facts.name or path.name, "url": facts.url}
        writer.add_file(about["name"], path.read_bytes(), CONTENT_TYPES[path.suffix.lower()], about)


def _captured(path: Path) -> Iterator[_Captured]:
    """The pages in a WARC file that were answered with status 200; its pictures, scripts and the like are left out."""
    found = 0
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                if record.http_headers.get_statuscode() != "200":
                    continue
                if media_type(record.http_headers.get_header("Content-Type")) not in READABLE_TYPES:
                    continue
                payload = record.content_stream().read()
                record.raw_stream.read()  # what its encoding left over
                if record.raw_stream.limit:
                    raise EOFError("its last record is cut off")
                found += 1
                yield _Captured(
                    Response(
                        url=record.rec_headers.get_header("WARC-Target-URI"),
                        status=200,
                        reason="OK",
                        headers=tuple(record.http_headers.headers),
                        payload=payload,
                    ),
                    datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")).isoformat(),
                )
    except (ArchiveLoadFailed, EOFError, ValueError, TypeError) as error:
        raise InboxError(f"{path.name} is not a whole WARC file ({error}): get another copy of it.") from error
    if not found:
        raise InboxError(f"{path.name} has no page that was answered with status 200: nothing in it can be read.")


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InboxError(f"{path} is a folder: name the files in it.")
    if not path.is_file():
        raise InboxError(f"{path} does not exist: check its name.")
    if path.suffix.lower() not in CONTENT_TYPES and not path.name.endswith(WARC_SUFFIXES):
        known = ", ".join((*CONTENT_TYPES, *WARC_SUFFIXES))
        raise InboxError(f"{path.name} is of a kind that can't be read: give one of {known}.")


def _facts(path: Path, overrides: dict[str, str], now: datetime) -> Facts:
    """What the sidecar beside a file says, and what overrides it."""
    sidecar = _sidecar(path)
    try:
        said = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar.exists() else {}
        if not isinstance(said, dict):
            raise ValueError("it is not an object")
    except ValueError as error:
        raise InboxError(f"{sidecar.name} is not valid JSON ({error}): correct it.") from error
    try:
        facts = Facts.model_validate(said | overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InboxError(f"{sidecar.name}: `{name}` is not known: take it out, or correct its spelling.") from None
        if name == "published":
            raise InboxError(f"{path.name}: {first['input']!r} is not a date: write it as YYYY-MM-DD.") from None
        raise InboxError(f"{path.name}: `{name}` is {first['input']!r}: {first['msg']}.") from None
    if facts.published is not None and facts.published > now:
        raise InboxError(f"{path.name}: its date {facts.published:%Y-%m-%d} lies in the future: correct it.")
    return facts


def _copy(inbox: Path, path: Path, facts: Facts) -> Path:
    """Copy a file and its facts; the facts go first, so that no file ever waits without them."""
    inbox.mkdir(parents=True, exist_ok=True)
    payload = path.read_bytes()
    target, number = inbox / path.name, 1
    while target.exists() and target.read_bytes() != payload:
        number += 1
        target = inbox / f"{_stem(path)}-{number}{path.name[len(_stem(path)) :]}"
    facts = facts.model_copy(update={"name": facts.name or path.name})
    _sidecar(target).write_text(facts.model_dump_json(indent=2, exclude_none=True) + "\n", encoding="utf-8")
    unfinished = inbox / f".{target.name}.tmp"
    shutil.copyfile(path, unfinished)
    unfinished.rename(target)
    return target


def _stem(path: Path) -> str:
    suffixes: Sequence[str] = (*WARC_SUFFIXES, path.suffix)
    suffix = max((suffix for suffix in suffixes if path.name.endswith(suffix)), key=len)
    return path.name.removesuffix(suffix)


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR)

"""EDGAR's manners: its addresses, how often it may be asked and by whom, and what its refusals mean.

What to ask for, and when, is in `filings.py`; reading what came in `submissions.py`, `filing_indexes.py` and
`company_facts.py`. The rules of fair access are the SEC's: at most ten requests a second over all machines of a user,
and a User-Agent that says whom to write to.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile

from sources.fetching import Client, FetchError, Response
from sources.hosts import Hosts

# Spaced evenly. Seven, since a request may reach the server a little late and the next one in time: so it never sees
# more than eight in a second, however many processes ask.
REQUESTS_PER_S = 7
PAUSE_S = 600.0  # the SEC's limit lifts ten minutes after the rate has fallen
FAILURES_IN_A_ROW = 3  # then a host is down or busy, and the rest of the run leaves it alone
MAX_BYTES = 100_000_000  # the largest filings have some 50 MB
MAX_BULK_BYTES = 20_000_000_000  # companyfacts.zip had 1.3 GB in 2026
BULK_S = 6 * 3600.0

DATA_URL = "https://data.sec.gov"
WWW_URL = "https://www.sec.gov"

NO_CONTACT = (
    "EDGAR was not asked: the SEC wants to know who asks. "
    'Set LEDGER_SEC_USER_AGENT to your name and mail address, such as "Jane Doe jane@example.org".'
)
NO_TEXTS = (
    "The filings themselves were not asked for: set LEDGER_SEC_USER_AGENT to your name and mail address, "
    "or LEDGER_SEC_WWW_URL to a mirror."
)
UNDECLARED = (
    "EDGAR takes us for an undeclared tool (403): set LEDGER_SEC_USER_AGENT to your own name and mail address, "
    'such as "Jane Doe jane@example.org".'
)
THROTTLED = "EDGAR found the requests too many (403): it is left alone until {until:%H:%M} UTC, then the next run asks."
REFUSED = (
    "EDGAR refused to answer (403): give it ten minutes without a request, "
    "and check that LEDGER_SEC_USER_AGENT holds a name and a mail address."
)
BUSY = "EDGAR is busy ({status}): the next run asks again."
BUSY_WITH_US = "Other processes of this data home ask EDGAR all the time: the next run asks again."
MISSING = "EDGAR has nothing at {path}."
NO_SUCH_FILER = "EDGAR has nothing at {path}: check the number, and take one that has vanished out of companies.yaml."

_OF_A_FILER = re.compile(r"/CIK\d{10}\.json$")


class EdgarError(Exception):
    """An answer that gave nothing. The message is one sentence; `status` the HTTP status where there was one."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class Missing(EdgarError):
    """The path doesn't exist."""


class Busy(EdgarError):
    """The server can't answer now."""


class Refused(EdgarError):
    """Nothing more is to be asked of this host in this run."""


class _Throttled(Refused):
    pass


class _Paused(FetchError):
    """It isn't our turn: the server asked for a pause that isn't over."""


def fair_access(home: Path) -> Callable[[], None]:
    """What a `Client` calls before each request: it waits for the turn that all processes of a data home share."""

    def await_turn() -> None:
        with Hosts(home) as hosts:
            paused_until = hosts.paused_until("edgar", time.time())
            if paused_until is not None:
                raise _Paused(THROTTLED.format(until=datetime.fromtimestamp(paused_until, UTC)), 403)
            turn = hosts.take_turn("edgar", time.time(), 1 / REQUESTS_PER_S)
        if turn is None:
            raise FetchError(BUSY_WITH_US)
        time.sleep(max(0.0, turn - time.time()))

    return await_turn


def judge(error: FetchError, url: str) -> EdgarError:
    """What a failed request means: a status alone doesn't tell, so the body is read.

    A 403 is a tool without a contact, a limit of the rate, or, as S3 answers it, a path that doesn't exist.
    """
    body, status = error.body.decode("latin-1").lower(), error.status
    if isinstance(error, _Paused):
        return Refused(str(error), status)
    if status == 404 or (status == 403 and "<code>accessdenied</code>" in body):
        path = urlsplit(url).path
        return Missing((NO_SUCH_FILER if _OF_A_FILER.search(path) else MISSING).format(path=path), status)
    if status == 403 and "request rate threshold exceeded" in body:
        return _Throttled(THROTTLED.format(until=datetime.fromtimestamp(time.time() + PAUSE_S, UTC)), status)
    if status == 403 and "undeclared automated tool" in body:
        return Refused(UNDECLARED, status)
    if status == 403:
        return EdgarError(REFUSED, status)
    if status in (429, 500, 502, 503, 504):
        return Busy(BUSY.format(status=status), status)
    return EdgarError(str(error), status)


class Edgar:
    """EDGAR, or a mirror with its paths. Addresses are EDGAR's own, so what is remembered outlives a change of mirror.

    client     with the contact as its User-Agent, and `fair_access`
    data_url   who answers for data.sec.gov: submissions and company facts
    www_url    who answers for www.sec.gov: filings and indexes; None where it may not be asked
    """

    def __init__(self, client: Client, home: Path, data_url: str, www_url: str | None) -> None:
        self.home = home
        self.asks_www = www_url is not None
        self.archives: Mapping[str, ZipFile] = {}  # folder of an URL → the nightly archive that has its answers
        self._client = client
        self._mirrors = {DATA_URL: data_url, WWW_URL: www_url or WWW_URL}
        self._failures: Counter[str] = Counter()
        self._refused: dict[str, Refused] = {}

    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Response:
        """One answer; with the validators of the last one it may be a 304.

        Raises   Missing, Busy, Refused, or an EdgarError that is none of these
        """
        host = urlsplit(url).netloc
        archived = self._archived(url)
        if archived is not None:
            return archived
        if host in self._refused:
            raise self._refused[host]
        try:
            answer = self._client.get(self._mirrored(url), etag, last_modified)
        except FetchError as error:
            raise self._noted(judge(error, url), host) from error
        self._failures[host] = 0
        return answer

    def download(self, url: str, path: Path) -> None:
        """A large file to the disk; raises as `get`."""
        try:
            self._client.download(self._mirrored(url), path, MAX_BULK_BYTES, BULK_S)
        except FetchError as error:
            raise self._noted(judge(error, url), urlsplit(url).netloc) from error

    def submissions(self, cik: int) -> str:
        return f"{DATA_URL}/submissions/CIK{cik:010d}.json"

    def older_submissions(self, name: str) -> str:
        return f"{DATA_URL}/submissions/{name}"

    def company_facts(self, cik: int) -> str:
        return f"{DATA_URL}/api/xbrl/companyfacts/CIK{cik:010d}.json"

    def filing_index(self, cik: int, accession: str) -> str:
        return f"{WWW_URL}/Archives/edgar/data/{cik}/{accession}-index.html"

    def document(self, cik: int, accession: str, name: str) -> str:
        return f"{WWW_URL}/Archives/edgar/data/{cik}/{accession.replace('-', '')}/{name}"

    def current_filings(self, start: int, count: int) -> str:
        query = f"action=getcurrent&count={count}&start={start}&type=&owner=include&output=atom"
        return f"{WWW_URL}/cgi-bin/browse-edgar?{query}"

    def daily_index(self, day: date) -> str:
        quarter = (day.month + 2) // 3
        return f"{WWW_URL}/Archives/edgar/daily-index/{day.year}/QTR{quarter}/form.{day:%Y%m%d}.idx"

    def bulk(self) -> dict[str, str]:
        """Folder of single answers → the archive that is made of them each night."""
        nightly = f"{WWW_URL}/Archives/edgar/daily-index"
        return {
            f"{DATA_URL}/submissions/": f"{nightly}/bulkdata/submissions.zip",
            f"{DATA_URL}/api/xbrl/companyfacts/": f"{nightly}/xbrl/companyfacts.zip",
        }

    def _mirrored(self, url: str) -> str:
        host = WWW_URL if url.startswith(WWW_URL) else DATA_URL
        return self._mirrors[host] + url.removeprefix(host)

    def _archived(self, url: str) -> Response | None:
        folder, _, name = url.rpartition("/")
        archive = self.archives.get(f"{folder}/")
        if archive is None or name not in archive.NameToInfo or archive.NameToInfo[name].file_size > MAX_BYTES:
            return None
        try:
            payload = archive.read(name)
        except BadZipFile as error:
            raise EdgarError(f"{name} is damaged in the nightly archive ({error}).") from error
        return Response(url, 200, "OK", (("Content-Type", "application/json"),), payload)

    def _noted(self, error: EdgarError, host: str) -> EdgarError:
        """Remember what holds for the requests to come, too."""
        if isinstance(error, Missing):
            self._failures[host] = 0
            return error
        if isinstance(error, _Throttled):
            with Hosts(self.home) as hosts:
                hosts.pause("edgar", time.time() + PAUSE_S)
        self._failures[host] += 1
        if not isinstance(error, Refused) and self._failures[host] >= FAILURES_IN_A_ROW:
            error = Refused(f"{error} It failed {FAILURES_IN_A_ROW} times in a row.", error.status)
        if isinstance(error, Refused):
            self._refused[host] = error
        return error

"""The optional second reader: a language model that chooses among what the grammar has read, and can add nothing to it.

Off unless an endpoint is given. The one part of this room that talks to a network and keeps files: who is asked, what a
run may cost, and which answers are there already. Not here: the questions, and what an answer comes to (`choices`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

import httpx
from httpx_retries import Retry, RetryTransport

from extraction.choices import Question, extractor_version, questions, read_answer, request_body
from extraction.claims import Claim
from extraction.lexicons import Lexicons

if TYPE_CHECKING:
    from sources.documents import Document

_LONGEST_ANSWER = 1_000_000  # bytes
_LONGEST_WAIT_S = 30.0  # an endpoint may ask for more by Retry-After: then the next run comes back, not this one
_RETRIED_STATUSES = (429, 500, 502, 503, 504)
_REFUSALS = (400, 413, 422)  # of this question: the next one may be answered
_GIVE_UP_AFTER = 3  # questions in a row without an answer: the endpoint is down, or refuses us


@dataclass(frozen=True, slots=True)
class Config:
    """Where the model is, and what one run may cost.

    base_url         up to and with the version: "http://127.0.0.1:8000/v1"
    api_key          "" where the endpoint asks for none; shown nowhere
    max_requests     questions a run, answered or not
    max_characters   of all questions and answers of a run together; four are about one token
    max_seconds      after which a run asks no further question: others wait for it
    timeout_s        for connecting, for each wait for further bytes, and for the whole of an answer's body
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    max_requests: int = 200
    max_characters: int = 4_000_000
    max_seconds: float = 600.0
    timeout_s: float = 60.0


@dataclass(slots=True)
class Report:
    """What became of a run's documents, of its questions, and of the choices in their answers.

    read, unread                            documents: how many; and why not, by document_id
    asked, failed, from_cache               questions: sent; sent and not answered; answered by an earlier run
    kept, dropped_ungrounded, malformed     choices; an answer that can't be read at all counts as one malformed
    """

    read: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    failed: int = 0
    from_cache: int = 0
    kept: int = 0
    dropped_ungrounded: int = 0
    malformed: int = 0

    @property
    def reasons(self) -> dict[str, int]:
        """How many documents stayed unread, by reason, the most frequent first."""
        return dict(Counter(self.unread.values()).most_common())


class _NoAnswer(Exception):
    """A few plain words; never the endpoint's own, nor anything that was sent."""


class _Refused(_NoAnswer):
    """The endpoint is well, and doesn't answer this question."""


class SecondReader:
    """One run's second reader. Use it in a `with` block, which gives the connections back.

    cache_dir   answers are kept there, one file a question; a later run with the same version asks none of them again
    """

    def __init__(self, config: Config, cache_dir: Path, lexicons: Lexicons) -> None:
        self.config, self.lexicons, self.report = config, lexicons, Report()
        self.extractor_version = extractor_version(config.model, lexicons)
        self._cache_dir, self._started = cache_dir, monotonic()
        self._characters = self._failed_in_a_row = 0
        retry = Retry(
            total=2,
            allowed_methods=("POST",),
            status_forcelist=_RETRIED_STATUSES,
            retry_on_exceptions=(httpx.ConnectError, httpx.ConnectTimeout),  # a slow answer may have been paid for
            backoff_factor=0.5,
            max_backoff_wait=_LONGEST_WAIT_S,
        )
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if config.api_key:
            headers["Authorization"] = f"Bearer {config.api_key}"
        self._client = httpx.Client(
            transport=RetryTransport(httpx.HTTPTransport(), retry), timeout=config.timeout_s, headers=headers
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def read(self, document: Document) -> list[Claim] | None:
        """The grounded claims that the model chose in a document, in the order of the text.

        None where a question about it stayed without an answer: it has not been read, and a later run should ask again.
        """
        asked = list(questions(document, self.lexicons))
        try:
            answers = [self._answer(question, number) for number, question in enumerate(asked)]
        except _NoAnswer as problem:
            self.report.unread[document.document_id] = str(problem)
            return None
        claims: dict[tuple[object, ...], Claim] = {}
        for question, answer in zip(asked, answers, strict=True):
            found = read_answer(question, answer, self.extractor_version)
            self.report.dropped_ungrounded += found.ungrounded
            self.report.malformed += found.malformed
            for claim in found.claims:  # a statement that the document repeats is one claim
                claims.setdefault(_statement(claim), claim)
        self.report.read += 1
        self.report.kept += len(claims)
        return sorted(claims.values(), key=lambda claim: claim.receipt.char_start)

    def _answer(self, question: Question, number: int) -> str:
        """The model's message, of an earlier run or of the endpoint. Raises _NoAnswer where there is none to be had."""
        key = repr((question.document.document_id, self.extractor_version, number))
        path = self._cache_dir / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
        kept = _kept(path)
        if kept is not None:
            self.report.from_cache += 1
            return kept
        body = json.dumps(request_body(question, self.config.model)).encode()
        if self._failed_in_a_row >= _GIVE_UP_AFTER:
            raise _NoAnswer(f"not asked: the endpoint gave no answer {_GIVE_UP_AFTER} times in a row")
        if self._is_spent(len(body)):
            raise _NoAnswer("not asked: the budget of the run was spent")
        self.report.asked += 1
        self._characters += len(body)
        try:
            answer = self._ask(body)
        except _NoAnswer as problem:
            self.report.failed += 1
            self._failed_in_a_row = 0 if isinstance(problem, _Refused) else self._failed_in_a_row + 1
            raise
        self._failed_in_a_row = 0
        self._characters += len(answer)
        with suppress(OSError):  # an answer that can't be kept is an answer all the same
            _keep(path, key, answer)
        return answer

    def _is_spent(self, characters: int) -> bool:
        return (
            self.report.asked >= self.config.max_requests
            or self._characters + characters > self.config.max_characters
            or monotonic() - self._started > self.config.max_seconds
        )

    def _ask(self, body: bytes) -> str:
        url = f"{self.config.base_url.rstrip('/')}/chat/completions"
        deadline, payload = monotonic() + self.config.timeout_s, bytearray()
        try:
            with self._client.stream("POST", url, content=body) as response:
                if response.status_code != 200:
                    told = _Refused if response.status_code in _REFUSALS else _NoAnswer
                    raise told(f"the endpoint answered with status {response.status_code}")
                for piece in response.iter_raw():
                    payload += piece
                    if len(payload) > _LONGEST_ANSWER:
                        raise _NoAnswer("the endpoint's answer was too long")
                    if monotonic() > deadline:
                        raise _NoAnswer("the endpoint took too long")
            message = json.loads(payload)["choices"][0]["message"]["content"]
        except httpx.TimeoutException:
            raise _NoAnswer("the endpoint took too long") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _NoAnswer(f"the endpoint could not be asked ({type(error).__name__})") from None
        except (ValueError, LookupError, TypeError, RecursionError):
            raise _NoAnswer("the endpoint's answer was not that of a chat completion") from None
        if not isinstance(message, str):
            raise _Refused("the model declined to answer")
        return message


def _statement(claim: Claim) -> tuple[object, ...]:
    """What a claim says, wherever it stands and however it hedges."""
    said = (claim.organization, claim.facility, claim.metric, claim.chip, claim.unit, claim.low, claim.high)
    return (*said, claim.per, claim.status, claim.period_start, claim.period_end)


def _kept(path: Path) -> str | None:
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))["answer"]
    except (OSError, ValueError, LookupError, TypeError):
        return None  # not asked yet, or a damaged file: ask again
    return answer if isinstance(answer, str) else None


def _keep(path: Path, key: str, answer: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.partial")
    unfinished.write_text(json.dumps({"key": key, "answer": answer}), encoding="utf-8")
    unfinished.replace(path)

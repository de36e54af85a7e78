"""Which date of its sentence belongs to a quantity, and the days for which a claim then holds.

Here: the place of dates beside quantities. Not here: what a phrase means (`dates`), and how certain (`status`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from extraction.claims import Claim
from extraction.dates import DatePhrase, Period
from extraction.numbers import Quantity
from extraction.owners import Owner
from extraction.status import is_subject
from extraction.surroundings import Measure, Surroundings
from extraction.tenses import tells_future
from extraction.text import Span

STOCKS = frozenset({"accelerator_count", "h100_equivalents", "power_mw"})
_RATES = {"rate_month": "month", "rate_year": "year"}
_RATE_REACH = 25
# How far things reach, in characters.
_NEAR_DATE = 40  # a date behind a quantity, over the end of its clause
OPENING = 12  # "Au cours de ", "By the ": so late may a date stand that a sentence opens with
_ASIDE = 25  # so many characters after a comma are a statement of their own, and no mere item of a list
_COLON = 2
_THAN, _LONGEST_THAN = re.compile(r"(?<!\w)(?:than |que |qu'|als |di )$"), 5
_SAID_AT = 10  # "announced in April": a preposition at most
# "For the current quarter it announced": no date of announcing
_FOR = re.compile(r"(?<!\w)(?:for|pour|für|para|per)(?: [^\W\d_]{1,3})? $", re.IGNORECASE)
_LONGEST_FOR = 9
# "Launched in 2024,", "das im Juni eröffnet wurde,": an aside that has a date of its own, not one that begins with it.
_ASIDE_OPENS = re.compile(
    r"\W*(?:(?:which|who|qui|die|das|der|che|que)(?!\w)|(?:[^\W\d_]{1,3} ){0,2}[^\W\d_]{4,} (?!(?:half|quarter)(?!\w)))"
)
# ", au cours des deux prochaines années,": nothing but a date
_ONLY_DATE = re.compile(
    r"\W*(?:au cours |durant|pendant|sur |dans |d'ici|during|over|within|for |in |im |innerhalb|über|während|binnen"
    r"|en |durante|a lo largo|nel |nei |negli |nell'|entro|per )",
    re.IGNORECASE,
)
# "Launched in September 2024, it has", "Commandé au printemps, il réunit": what happened then, before its subject.
_EVENT = re.compile(
    r"\W*(?:lancé|lanciat|lanzad|inaugur|annonc|annunciat|anunciad|ouvert|command|dévoil|présent|construi|bâti|créé"
    r"|fond|mise?s? |livré|achet|launched|opened|unveiled|announced|built|ordered|created|founded|introduced|completed"
    r"|switched|gestartet|eröffnet|eingeweiht|angekündigt|abiert|estrenad|apert|costruit|acces)"
)
_ASIDE_SUBJECT, _DUE_BEFORE = 45, 20
# "… $50 billion, the first sites being due in 2026", "18 000, puis plusieurs centaines de milliers en cinq ans"
_FIRST_OF = re.compile(
    r"[,(] ?(?:dont |whose |with |deren |cuyos? |cuyas? )?(?:the |les? |la |die |der |l[oa]s |el |il? )?"
    r"(?:premi|first|erste|primer|primi|deuxi|second|zweite|segund|troisi|third|dritte|tercer|terz"
    r"|reliquat|reste(?!\w)|rest(?!\w)|remainder|balance|restlich|resto|solde)"
)
_BRACKET = re.compile(r" ?\([^()]*\)")
# "…, where 300 megawatts are reserved for it"
_WHERE = re.compile(
    r", ?(?:where|in which|où|dans lequel|dans laquelle|wo|in dem|in der|donde|en el que|dove|in cui)(?!\w)"
)
_COMMA_OR_AND = re.compile(r"(?:,|,? (?:and|et|und|y|e)) (?:[^\W\d_]+ ){0,2}")
_STILL_RUNNING = timedelta(days=31)


_Item = TypeVar("_Item", Quantity, DatePhrase)


class When(NamedTuple):
    """The date beside a quantity, the days that it means, and how certain that makes the quantity."""

    phrase: DatePhrase | None
    period: Period | None
    status: str


def is_annual(around: Surroundings) -> bool:
    """ "Its annual capex guidance", "ses prévisions annuelles": of the year that runs, where no other is named."""
    words = around.page.within(around.before.start, around.after.end, "period")
    return any(m.value == "rate_year" for m in words)


def lies_ahead(period: Period, published: date) -> bool:
    """Whether a time is still to come, or still runs for more than a month."""
    if period.start and period.start > published:
        return True
    return period.end is not None and period.end > published + _STILL_RUNNING


def carried_period(measured: Measure, owner: Owner, last: Claim) -> Period | None:
    """The period that a list shares; amounts of one organisation differ by their period, so theirs isn't shared."""
    if measured.metric in STOCKS or owner.organization == last.organization:
        return None
    return Period(last.period_start, last.period_end) if last.period_end else None


def years_repeated(around: Surroundings) -> int:
    """ "And in each of the following two years": how many more periods have the same amount."""
    words = around.page.within(around.quantity.end, around.after.end, "period")
    repeated = [m.value for m in words if m.value.startswith("each_following_")]
    return int(repeated[0][-1]) if repeated else 0


def dates_of_series(
    text: str, quantities: Sequence[Quantity], phrases: Sequence[DatePhrase]
) -> dict[Quantity, DatePhrase]:
    """ "$31.4 billion and $53.1 billion in 2024 and 2025, respectively": to each amount of a list its date of another
    list right behind it, if they are as long."""
    dated: dict[Quantity, DatePhrase] = {}
    for series in _listed(text, quantities):
        if len(series) < 2:
            continue
        behind = [p for p in phrases if p.start >= series[-1].end]
        if not behind or behind[0].start - series[-1].end > _NEAR_DATE:
            continue
        dates = next(_listed(text, behind), [])
        if len(dates) == len(series):
            first = dates[0]  # "for the six months ended June 30, 2025 and 2026"
            full = [first, *(d if d.months or d.quarter else first._replace(year=d.year) for d in dates[1:])]
            dated.update(zip(series, full, strict=True))
    return dated


def _listed(text: str, items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """The items that stand together as lists do: "A, B and C"."""
    series: list[_Item] = []
    for item in items:
        if series and not _COMMA_OR_AND.fullmatch(text, series[-1].end, item.start):
            yield series
            series = []
        series.append(item)
    if series:
        yield series


def phrase_of(around: Surroundings, phrases: Sequence[DatePhrase]) -> DatePhrase | None:
    """The date of a quantity: the first behind it and before the next quantity, else the nearest before it.

    Passed over before it: the date of a verb of saying ("in July analysts estimated that…"), and the month or day of
    another event in another clause ("Colossus, unveiled in September, will…"). A sentence may open with its date.
    """
    if around.dated:
        return around.dated
    page, quantity = around.page, around.quantity
    clause, opening = around.clause(), around.sentence.start + OPENING
    here = [p for p in phrases if clause.start <= p.start and p.end <= quantity.start]
    opens = not here and _opens_with(around, phrases)
    for phrase in phrases:
        is_elsewhere = bool(here) and (
            phrase.start >= clause.end or bool(page.within(quantity.end, phrase.start, "joining"))
        )
        is_elsewhere |= opens and phrase.start >= clause.end and not (phrase.is_deadline or phrase.months_ahead)
        has_own = opens or any(p.start >= around.before.start for p in here)
        is_elsewhere |= has_own and "year_before" in phrase.words
        is_behind = around.after.start <= phrase.start and phrase.end <= around.after.end
        if is_behind and not is_elsewhere and _reaches(around, phrase):
            return phrase
    shared = _shared_behind(around, phrases)
    if shared:
        return shared
    for phrase in reversed([p for p in phrases if p.end <= quantity.start]):
        if phrase.months_ahead and page.text.find(";", phrase.end, quantity.start) != -1 and phrase.start > opening:
            continue
        if _is_anothers(around, phrase) or _WHERE.search(page.text, phrase.end, quantity.start):
            continue
        if phrase.is_deadline:
            return phrase
        is_elsewhere = bool(phrase.months) and opening < phrase.start and phrase.end <= clause.start
        is_site = phrase.end <= clause.start and _is_of_site(around, phrase)
        is_elsewhere |= (not is_site and _is_aside(around, phrase)) or _is_of_verb_before(around, phrase)
        planned = page.within(phrase.start - OPENING - _SAID_AT, phrase.start, "status")[-1:]
        is_apart = phrase.end <= clause.start and not phrase.months_ahead
        if is_apart and not is_site and any(m.value == "planned" and phrase.start - m.end <= _SAID_AT for m in planned):
            continue  # "the launch of Grok 3, expected in December, …"
        if is_elsewhere and phrase.end <= around.clauses[0].end:  # "When it opened in September 2024, Colossus had"
            before = page.within(around.sentence.start, quantity.start, "joining", "period")
            is_elsewhere = any(m.value == "since" or (m.kind == "joining" and m.start >= phrase.end) for m in before)
        if any(
            0 <= phrase.start - m.end <= _SAID_AT for m in page.within(phrase.start - 20, phrase.start, "reporting")
        ):
            continue  # "had said in July that it would have 550,000"
        is_content = _FOR.search(page.text, max(0, phrase.start - _LONGEST_FOR), phrase.start) is not None
        if not is_elsewhere and (is_content or not page.within(phrase.end, quantity.start, "reporting")):
            return phrase
    return None


def _opens_with(around: Surroundings, phrases: Sequence[DatePhrase]) -> bool:
    """Whether the sentence opens with the date of its first quantity: "For the full year, Amazon expects…"."""
    start, quantity = around.sentence.start, around.quantity
    if around.before.start != start or not phrases or phrases[0].end > quantity.start:
        return False
    is_said = around.page.within(phrases[0].end, quantity.start, "reporting")
    return phrases[0].start <= start + OPENING and not is_said and not phrases[0].is_bare_month


def _is_aside(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date stands between commas with what happened then: "Colossus, launched in 2024, has 200,000 GPUs"."""
    if phrase.end > around.clause().start or phrase.end <= around.clauses[0].end:
        return False
    clause = next(c for c in around.clauses if c.start <= phrase.start < c.end)
    opened_by = around.page.text[max(0, clause.start - _COLON) : clause.start]
    if around.before.start > clause.start or ":" in opened_by:
        return False  # a quantity stands there too, or it is the sentence that the colon announced
    if _ONLY_DATE.match(around.page.text, clause.start, phrase.start):
        return False
    return _ASIDE_OPENS.match(around.page.text, clause.start, phrase.start) is not None


def is_of_event(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date tells in an opening clause what happened to what the quantity is of: "Launched in 2024, …"."""
    first = around.clauses[0]
    is_before = phrase.end <= first.end < around.quantity.start and around.before.start <= first.start
    return is_before and _EVENT.match(around.page.folded, first.start, phrase.start) is not None


def _is_of_site(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether an aside says when the site of the quantity is due: "the data center, which is to open in 2026, will"."""
    page = around.page
    clause = next(c for c in around.clauses if c.start <= phrase.start < c.end)
    if clause.start == around.sentence.start:  # "Scheduled to open in 2026, the data center will"
        is_due = page.within(phrase.start - _DUE_BEFORE, phrase.start, "completion")
        if is_due and not page.within(*clause, "organization"):
            return True  # "Opérationnel au premier trimestre, le site, …, comprendra"
        planned = page.within(clause.start, phrase.start, "status")[:1]
        return bool(planned) and planned[0].value == "planned" and planned[0].start - clause.start <= 1
    opening = max(around.before.start, clause.start - _ASIDE_SUBJECT)
    is_planned = any(m.value == "planned" for m in page.within(*clause, "status"))
    return is_planned and bool(page.within(opening, clause.start, "compute", "facility", "site"))


def _is_of_verb_before(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date ends a statement to which that of the quantity is joined: "which opened last year and holds"."""
    if phrase.start < around.before.start or any(c.start <= phrase.start <= c.start + OPENING for c in around.clauses):
        return False
    joined = around.page.within(phrase.end, around.quantity.start, "joining")
    if not joined or joined[0].start > phrase.end + 2:
        return False
    return bool(around.page.within(joined[0].end, around.quantity.start, "status"))


def _shared_behind(around: Surroundings, phrases: Sequence[DatePhrase]) -> DatePhrase | None:
    """The date behind a list of which the quantity is an item: "100,000 GPUs and 200 megawatts, by the end of 2027"."""
    page, quantity, following = around.page, around.quantity, around.after.end
    is_dated = any(phrase.end <= quantity.start for phrase in phrases)
    if is_dated or following >= around.sentence.end or following - quantity.end > _NEAR_DATE:
        return None
    between = page.within(quantity.end, following, "joining", "status", "organization", "period", "reporting")
    if not between or {m.kind for m in between} != {"joining"} or tells_future(page, quantity.end, following):
        return None
    near = [p for p in phrases if following < p.start <= following + 2 * _NEAR_DATE and "soon" not in p.words]
    return near[0] if near and not around.page.within(following, near[0].start, "joining") else None


def _is_anothers(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date belongs to the quantity before, and this one stands in a statement of its own: "reached $35
    billion last quarter, while Google raised its forecast to $93 billion"."""
    page, quantity = around.page, around.quantity
    if around.before.start == around.sentence.start:
        return False
    if around.place and phrase.end <= around.clause().start and is_of_now(around):
        return True  # "a year ago it had 16,000; it has 350,000 now"
    if "span_before" in phrase.words and 0 <= phrase.start - around.before.start <= 1:
        return True  # "470 megawatts, up from 420 three months earlier, and 2.2 gigawatts"
    if phrase.start < around.before.start:  # "doubled by February to 200,000, and aims for a million"
        opens = any(c.start <= phrase.start <= c.start + OPENING for c in around.clauses)
        verbs = page.within(*around.before, "joining", "status")
        return phrase.is_deadline and not opens and {m.kind for m in verbs} == {"joining", "status"}
    if page.text[phrase.end : phrase.end + _COLON].lstrip().startswith(":"):
        return False  # "12 billion this year: 5.5 for chips and 6.8 for the cloud"
    if any(around.before.start <= c.start <= phrase.start <= c.start + OPENING for c in around.clauses):
        return False  # it opens a clause
    between = (phrase.end, quantity.start)
    is_stated = bool(page.within(*between, *(("organization",) if phrase.is_deadline else ("status", "organization"))))
    if page.within(*between, "joining"):
        return is_stated
    is_apart = any(phrase.end <= c.start <= quantity.start for c in around.clauses)
    return is_apart and not phrase.is_deadline and (is_stated or quantity.start - phrase.end > _ASIDE)


def is_of_now(around: Surroundings) -> bool:
    """Whether what a clause says of a quantity says that it speaks of today."""
    whole = around.clause()
    clause = Span(max(whole.start, around.before.start), min(whole.end, around.after.end))
    return bool(around.page.within(*clause, "present")) or any(
        m.value == "now" for m in around.page.within(*clause, "status")
    )


def _reaches(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date behind a quantity is the quantity's: in its clause, near it, or at the head of another clause;
    and not the date of a verb of saying ("as Musk said in April")."""
    page, quantity = around.page, around.quantity
    if page.text.find(";", quantity.end, phrase.start) != -1:
        return False
    if "span_before" in phrase.words and _THAN.search(page.text, max(0, phrase.start - _LONGEST_THAN), phrase.start):
        return False  # "590 megawatts, 120 more than three months earlier"
    if any(phrase.start - said.end <= _SAID_AT for said in page.within(quantity.end, phrase.start, "reporting")[-1:]):
        return False
    if _FIRST_OF.search(page.text, quantity.end, phrase.start):
        return False
    words = page.folded[quantity.end : phrase.start].split()
    if phrase.start - quantity.end > _NEAR_DATE and not page.lexicons.numbers.vague.isdisjoint(words):
        return False  # "18 000, puis « plusieurs centaines de milliers » d'autres sur cinq ans"
    if is_subject(around.sentence, Span(quantity.start, quantity.end)):
        return True
    clause = next(c for c in around.clauses if c.start <= phrase.start < c.end)
    following = around.after.end  # where the next quantity begins
    if quantity.end <= clause.start < following < clause.end and phrase.start - clause.start <= OPENING:
        return False  # "has 200,000, and by the year's end it wants 300,000"
    is_near = phrase.start - quantity.end <= _NEAR_DATE
    # a bracket may close between, or stand there: "100 billion yuan ($14 billion) on chips of Nvidia in 2026"
    is_same = clause.start <= quantity.end + 1 or _BRACKET.fullmatch(page.text, quantity.end, clause.start) is not None
    if is_near or is_same or phrase.start - clause.start <= OPENING:
        return True
    if page.within(phrase.start - _NEAR_DATE, phrase.start, "completion"):
        return True  # "for Oracle and OpenAI, expected to come online in 2028"
    if page.within(quantity.end, phrase.start, "due") and not page.within(
        quantity.end, phrase.start, "joining", "organization"
    ):
        return True  # "80 MW of capacity, to be delivered in Ohio in 2026"
    between = page.within(quantity.end, phrase.start, "joining", "reporting", "status", "organization")
    return all(m.kind == "status" and m.value == "planned" for m in between)


def dates_of(metric: str, period: Period | None, published: date | None) -> tuple[date | None, date | None]:
    """A stock holds at the end of its period ("from 2027" on: at its start), or when it was published."""
    if metric == "accelerator_price":
        return None, published
    if metric in STOCKS:
        return None, ((period.end or period.start) if period else None) or published
    return (period.start, period.end) if period else (None, None)


def rate_of(around: Surroundings) -> str | None:
    """ "$920 million per month": month or year, where an amount is a rate."""
    end = min(around.quantity.end + _RATE_REACH, around.after.end)
    words = around.page.within(around.quantity.end, end, "period")
    return next((_RATES[m.value] for m in words if m.value in _RATES), None)

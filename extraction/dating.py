"""When a quantity holds: the date that belongs to it, the days which that means, and those that are left unsaid.

Here: dates of the sentence, the heading, the title, the claim before and the sentence behind. Not here: which of
several dates stands beside a quantity (`when`), what a phrase means (`dates`), and what a date does to how certain a
quantity is (`certainty`).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from extraction.amounts import quantities_of
from extraction.chips import list_head
from extraction.claims import Claim
from extraction.dates import DatePhrase, Period, read_dates, resolve
from extraction.mentions import Page
from extraction.numbers import Quantity
from extraction.owners import Owner
from extraction.status import Status, is_said_in_place, is_subject
from extraction.story import GOES_ON, Story, kind_of
from extraction.surroundings import Measure, Surroundings
from extraction.tenses import tells_future
from extraction.text import Span
from extraction.when import OPENING, STOCKS, carried_period, is_annual, is_of_event, is_of_now, lies_ahead, phrase_of

_HUGE = {"power_mw": Decimal(1000), "ai_spend": Decimal(10**9)}
# A dollar is some hundred of these.
_SMALL_COINS, _A_HUNDRED = frozenset({"JPY", "KRW", "INR", "RUB", "HUF", "CLP", "IDR", "VND", "PKR"}), 100
_DECEMBER = 12
_COMPLETES = 20
_YEAR, _JUST_BEGUN = 366, 45  # days
OPENS_WITH = 20
_RELATIVE_TO_SAYING = frozenset({"this_year", "next_year", "fiscal_this", "fiscal_next", "the_year"})
PART_REACH = 40
_LONGEST_ITEM = 60
# What was expected back then, by the tense of its verb.
RECALLED = re.compile(r"(?<!\w)(?:had |would(?!\w)|avai|hatte|habí|avev)|[^\W\d_]+(?:ait|aient)(?!\w)")
_RESTATES = re.compile(
    r"(?<!\w)(?:soit|i\.e\.|that is|das sind|cioè|ovvero|es decir|o sea|enough for)(?!\w)[^.;]{0,25}$"
)


def _comes_later(story: Story, around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date behind a quantity is of what becomes of it: "bought chips that will be installed by March"."""
    between = around.quantity.end, phrase.start
    is_planned = any(m.value == "planned" for m in story.page.within(*between, "status"))
    return is_planned or (between[0] < between[1] and tells_future(story.page, *between))


def _said_on(story: Story, around: Surroundings, phrase: DatePhrase, published: date) -> date:
    """The day by which "this year" is meant: "in January 2025 its head had spoken of 80 billion this year"."""
    first = around.dates[0] if around.dates else phrase
    if first is phrase or first.start > around.sentence.start + OPENING or not (first.year and first.months):
        return published
    period = resolve(first, published, False)
    return period.end if period and period.end and period.end < published else published


def line_above(story: Story, around: Surroundings) -> Span | None:
    """The line with a colon above the short lines of a list, of which the quantity's is one."""
    if around.sentence.end - around.sentence.start > _LONGEST_ITEM:
        return None
    head = list_head(story.page, around.index)
    return None if head is None else story.page.sentences[head]


def _restated(story: Story, around: Surroundings, said: Status) -> Claim | None:
    """The claim that a quantity says in another unit: "5 gigawatts, soit plus de 2 millions de puces"."""
    latest = max(story.last.values(), key=lambda claim: claim.receipt.char_start, default=None)
    if latest is None or said.cue is not None or latest.receipt.char_start < around.sentence.start:
        return None
    is_told = _RESTATES.search(story.page.text, around.before.start, around.quantity.start) is not None
    return latest if is_told else None


def _is_part(story: Story, around: Surroundings, measured: Measure, last: Claim) -> bool:
    """Whether a quantity is said to be part of the one before it: "1.3 million GPUs, of which 350,000 H100s"."""
    said, quantity = story.memory[kind_of(measured)], around.quantity
    if measured.metric != last.metric or around.index - said.index > 1 or quantity.high >= said.value:
        return False
    opening = max(around.before.start, quantity.start - PART_REACH)
    words = story.page.within(opening, quantity.start, "continuation", "joining")
    behind = story.page.within(quantity.end, quantity.end + OPENS_WITH, "continuation")
    return bool(words and words[-1].kind == "continuation") or bool(behind)


def _completion(story: Story, index: int, is_opening: bool) -> Period | None:
    """The date at which the next sentence, or the one before, says that a plan is to be complete."""
    page = story.page
    is_spoken_of = story.spoken_of is not None and story.spoken_of[0] == index - 1
    start = page.sentences[index].start
    goes_on = not is_spoken_of and (is_opening or page.within(start, start + OPENS_WITH, "anaphor"))
    opens_with_site = any(
        "site" in (m.kind, m.value) for m in page.within(start, start + OPENS_WITH, "site", "anaphor")
    )
    goes_on = goes_on or opens_with_site
    for other in (index + 1, index - 1) if goes_on else (index + 1,):
        if not 0 <= other < len(page.sentences):
            continue
        sentence = page.sentences[other]
        is_of_site = other < index and opens_with_site  # "… which opens in 2027. The site will have 23 megawatts"
        if not page.within(*sentence, "completion") or (page.within(*sentence, "organization") and not is_of_site):
            continue
        if any(q.unit == "MW" or (q.unit and not is_of_site) for q in quantities_of(page, sentence, False)):
            continue  # "A first 200 megawatts is expected in 2026"
        ends = [p for p in read_dates(page, sentence) if _is_completion(page, sentence, p)]
        period = resolve(ends[-1], story.published, True) if ends else None
        if period and (other > index or story.published is None or lies_ahead(period, story.published)):
            return period
    return None


def _is_news(story: Story, index: int, last: Claim | None) -> bool:
    """Whether a plan of capital spending goes on about no other amount: it is of the year that runs."""
    if last is None or last.metric != "capex":
        return True
    return last.status == "actual" and story.memory["money"].index != index


def _quarter_named(story: Story, index: int) -> DatePhrase | None:
    """The quarter of the sentence before: "We closed the first quarter with 420 megawatts. Capex was…"."""
    phrases = read_dates(story.page, story.page.sentences[index - 1]) if index else []
    return next((p for p in phrases if p.quarter or "last_quarter" in p.words), None)


def date_of(
    story: Story, around: Surroundings, measured: Measure, said: Status, last: Claim | None
) -> tuple[DatePhrase | None, str]:
    """The date that belongs to a quantity, and its status as far as words tell."""
    quantity, status = around.quantity, said.value
    if said.cue is None and is_huge(measured, quantity):
        status = "planned"
    goes_on = measured.is_carried and not around.heading and kind_of(measured) == "money"
    if said.cue is None and last and goes_on and last.status == "planned":
        status = last.status  # "Amazon plans $200 billion; Alphabet follows with $185 billion"
    is_held = is_said_in_place(story.page, Span(quantity.start, quantity.end), said)
    is_held = is_held or (last is not None and is_of_now(around))
    if last and last.status != "estimated" and not is_held and _is_part(story, around, measured, last):
        status = last.status  # "… by the end of 2024. The number includes 340,000 H100s"
    said_before = _restated(story, around, said)
    status = said_before.status if said_before and status != "estimated" else status
    phrase = phrase_of(around, around.dates)
    if around.heading:
        phrase = phrase or next(iter(read_dates(story.page, around.heading)), None) or story.titled
    elif phrase is None and (head := line_above(story, around)):  # "Orders of 2024, by Omdia's estimates:"
        phrase = next(iter(read_dates(story.page, head)), None)
    if phrase and "open" in phrase.words:  # "a year later" says nothing of what is there; "à terme, soit en 2030"
        beside = next((d for d in around.dates if 0 <= d.start - phrase.end <= OPENING), phrase)
        phrase = beside if status == "planned" else None
    if phrase and measured.metric in STOCKS and status == "actual" and is_of_event(around, phrase):
        phrase = None
    if phrase and (phrase.months_ahead or 0) > 0 and status == "planned" and not phrase.starting:
        opening = max(around.before.start, around.sentence.start)
        dates = [d for d in around.dates if opening <= d.start and d.end <= quantity.start]
        promised = [d for d in dates if d.is_bare_month or d.is_past or "ago" in d.words]
        phrase = phrase._replace(starting=promised[-1]) if promised else phrase
    if phrase and (phrase.months_ahead or 0) > 0 and said.cue and said.value == "actual" and not phrase.starting:
        phrase = None  # "in two years Meta has gone from 150,000 GPUs to 1.3 million"
    if measured.metric == "accelerator_price" and status == "planned":
        status = "actual"  # "up to $36,000 a board" is what it costs
    is_guidance = _is_guidance(measured, last)
    is_of_saying = phrase is not None and phrase.is_bare_month and (said.value != "actual" or is_guidance)
    is_of_saying |= phrase is not None and is_guidance and "ago" in phrase.words  # "up from 85 three months ago"
    if is_of_saying and (kind_of(measured) == "money" or story.page.within(*around.sentence, "contract")):
        # "signed a $10 billion deal in September", "in July it had said $85 billion": the month of the saying
        said_on, phrase = phrase, phrase_of(around, [other for other in around.dates if other is not phrase])
        phrase = phrase._replace(starting=said_on) if phrase and (phrase.months_ahead or 0) > 0 else None
        status = "planned" if is_guidance else status
    if phrase is None and measured.metric == "capex":
        if status == "actual" and (story.reports_quarter or last is None):
            phrase = story.reports_quarter or _quarter_named(story, around.index)
        elif status == "planned" and (is_annual(around) or _is_news(story, around.index, last)):
            phrase = DatePhrase(quantity.start, quantity.end, frozenset({"this_year"}))
    if phrase and phrase.quarter and not phrase.year:  # "au premier trimestre 2024 … au premier trimestre"
        dated = [d.year for d in around.dates if d.quarter == phrase.quarter and d.year and d.end <= phrase.start]
        phrase = phrase._replace(year=dated[-1]) if dated else phrase
    if phrase and ("year_same" in phrase.words or phrase.is_same):  # "most of its 2024 revenue … that year"
        before = read_dates(story.page, story.page.sentences[around.index - 1]) if around.index else []
        earlier = [d for d in (*before, *around.dates) if d.year and d.end <= quantity.start]
        phrase = earlier[-1] if earlier else phrase
    return phrase, status


def period_of(
    story: Story,
    around: Surroundings,
    measured: Measure,
    owner: Owner,
    last: Claim | None,
    phrase: DatePhrase | None,
    status: str,
) -> tuple[Period | None, str]:
    """The days that are meant: those of the date, or those that an earlier claim or the title has said."""
    published = story.published
    speaks_fiscally = story.page.speaks_fiscally and (measured.metric == "capex" or not (phrase and phrase.year))
    speaks_fiscally = speaks_fiscally and measured.metric not in STOCKS
    year_ends_in = story.page.lexicons.year_ends.get(owner.organization, 12)
    spoken = last
    if phrase and phrase.is_same and story.last and not last:  # "at that point it will reach 1 GW"
        spoken = max(story.last.values(), key=lambda claim: claim.receipt.char_start)
    reference = Period(spoken.period_start, spoken.period_end) if spoken else None
    if phrase and not spoken and "year_before" in phrase.words and measured.metric in STOCKS:
        reference = Period(None, published)  # "a year ago it had 16,000"
    if phrase and status == "actual" and (phrase.months_ahead or 0) > 0 and measured.metric not in STOCKS:
        return None, status  # "had been $22 billion in the three months before that"
    if phrase and published and phrase.words & _RELATIVE_TO_SAYING and not phrase.year:
        published = _said_on(story, around, phrase, published)
    if phrase:
        # of one day with the amount before: "Q2: 470 MW of active power, 2.2 GW contracted"
        is_shared = last is not None and last.status == "actual" and phrase.end <= around.before.start
        will_be = status == "planned" and not (is_shared and measured.metric in STOCKS)
        period = resolve(phrase, published, will_be, year_ends_in, speaks_fiscally, reference)
        runs = period if status == "actual" and "this_quarter" in phrase.words else None
        if runs and runs.start and published and (published - runs.start).days <= _JUST_BEGUN:  # the one just ended
            phrase = phrase._replace(words=phrase.words - {"this_quarter"} | {"last_quarter"})
            period = resolve(phrase, published, False, year_ends_in, speaks_fiscally, reference)
        if phrase.quarter and not phrase.months and published and year_ends_in != _DECEMBER:
            fiscal = resolve(phrase._replace(words=phrase.words | {"fiscal"}), published, False, year_ends_in)
            period = _quarter_meant(period, fiscal, published, status)
        is_ahead = bool(period and published and lies_ahead(period, published))
        if is_ahead and phrase.quarter and phrase.year and published:
            fiscal = resolve(phrase._replace(words=phrase.words | {"fiscal"}), published, False, year_ends_in)
            if fiscal and fiscal.end and fiscal.end <= published and status != "estimated":
                return fiscal, "actual"  # "in Q1 2026", said in October 2025
        is_over = status == "actual" and phrase.is_deadline and not _comes_later(story, around, phrase)
        if is_over and period and published and lies_ahead(period, published):
            bare = phrase._replace(words=phrase.words - {"by"})  # "by the end of the third quarter, it had"
            over = resolve(bare, published, False, year_ends_in, speaks_fiscally, reference)
            period = over if over and not lies_ahead(over, published) else period
        if period is None and published is None and story.titled and story.titled.year:
            dated = phrase._replace(year=story.titled.year)
            period = resolve(dated, None, status == "planned", year_ends_in, speaks_fiscally, reference)
        return period, status
    return _period_unsaid(story, around, measured, owner, last, status), status


def _period_unsaid(
    story: Story, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, status: str
) -> Period | None:
    if last and last.status == status and _is_part(story, around, measured, last):
        return Period(last.period_start, last.period_end)
    is_planned_stock = status == "planned" and measured.metric in STOCKS
    is_opening = is_subject(around.sentence, Span(around.quantity.start, around.quantity.end))
    if last is None:
        return _completion(story, around.index, is_opening) if is_planned_stock else None
    reference = Period(last.period_start, last.period_end)
    sentences = around.index - story.memory[kind_of(measured)].index
    is_same = (measured.metric, owner.organization) == (last.metric, last.organization)
    planned_in, planned = story.planned.get(kind_of(measured), (0, last))
    if planned.organization == owner.organization and around.index - planned_in <= 1 and measured.metric == "capex":
        is_expected = status == "estimated"  # analysts had expected less than what is planned
        reference = Period(planned.period_start, planned.period_end) if is_expected else reference
    if is_same and status == "estimated" and sentences <= 1 and measured.metric in (*STOCKS, "capex"):
        return reference  # "had 850 megawatts at the end of the year. Analysts had projected 827"
    is_bare = measured.is_carried and measured.metric == "ai_spend" and _is_of_a_year(reference)
    is_expected = (measured.metric == "capex" or is_bare) and status == last.status == "planned"
    if is_expected and sentences <= GOES_ON and last.organization == owner.organization:
        return reference  # "So far the range was $60 billion to $65 billion"
    is_alike = measured.metric == last.metric and status == last.status == "planned" and sentences == 0
    is_listed = story.page.text.rfind(";", last.receipt.char_end, around.quantity.start) != -1
    is_listed = is_listed and last.metric == "ai_spend" and _is_of_a_year(reference)
    if is_alike and (last.metric == "capex" or is_listed):
        return reference  # "Amazon plans $200 billion this year, while Meta has projected $135 billion"
    is_over = bool(reference.end and story.published and reference.end <= story.published)
    both = measured.metric == last.metric == "capex"
    if both and sentences == 0 and (last.status, status) == ("actual", "planned") and _is_recalled(story, around):
        return reference  # "spent $35 billion in the quarter, while in July it had spoken of 30"
    is_spent = both and status == "actual" and (last.status == "actual" or is_over)
    if is_spent and sentences <= GOES_ON + 1:
        return reference
    if measured.is_carried or (measured.metric == "accelerator_flow" and sentences <= GOES_ON):
        is_guidance = _is_guidance(measured, last) and status == "planned"
        carried = reference if is_guidance else carried_period(measured, owner, last)
        return carried or (_completion(story, around.index, is_opening) if is_planned_stock else None)
    return _completion(story, around.index, is_opening) if is_planned_stock else None


def _is_recalled(story: Story, around: Surroundings) -> bool:
    return RECALLED.search(story.page.folded, *around.before) is not None


def _is_completion(page: Page, sentence: Span, phrase: DatePhrase) -> bool:
    """ "To be completed in 2027", "soll 2027 in Betrieb gehen"."""
    before = page.within(sentence.start, phrase.start, "completion")
    return bool(before or page.within(phrase.end, phrase.end + _COMPLETES, "completion"))


def _is_of_a_year(period: Period) -> bool:
    return bool(period.start and period.end and (period.end - period.start).days <= _YEAR)


def _quarter_meant(calendar: Period | None, fiscal: Period | None, published: date, status: str) -> Period | None:
    """ "In the second quarter" of a company whose year ends in May: of both quarters the one that is over last."""
    if not (status == "actual" and fiscal and fiscal.end and fiscal.end <= published):
        return calendar
    is_later = calendar is None or calendar.end is None or calendar.end > published or calendar.end < fiscal.end
    return fiscal if is_later else calendar


def _is_guidance(measured: Measure, last: Claim | None) -> bool:
    """Whether an amount of capital spending goes on about what is expected."""
    return bool(last and measured.metric == "capex" and measured.is_carried and last.status == "planned")


def is_huge(measured: Measure, quantity: Quantity) -> bool:
    """More than is paid or switched on at once: where nothing is said of it, it is promised."""
    coins = _A_HUNDRED if measured.unit in _SMALL_COINS else 1
    return quantity.low >= coins * _HUGE.get(measured.metric, quantity.low + 1)

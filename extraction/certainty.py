"""How certain a quantity is in the end: what its words say, and where words and date disagree.

Here: hearsay, forecasts of years that are over, and dates still to come. Not here: which words of certainty belong to a
quantity (`status`), and the dates themselves (`dating`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import itemgetter

from extraction.claims import Claim
from extraction.dates import Period, is_year_end, last_year_end
from extraction.dating import OPENS_WITH, PART_REACH, RECALLED, line_above
from extraction.owners import Owner
from extraction.status import Status, is_said_in_place, is_said_of_today, read_status
from extraction.story import Story, kind_of
from extraction.surroundings import REACH, Measure, Surroundings
from extraction.text import Span
from extraction.when import OPENING, STOCKS, When, lies_ahead

# What was expected of a year that is over: "had spoken of $75 billion", "chiffrait à 3 milliards".
_ESTIMATES = re.compile(r"cree|croi|pens|think|believ|glaub|estim|schätz|stim|calcul|rechn|veranschlag|évalu|project")
# "In its paper", "dans son article technique": no estimate of others.
_OWN_PAPER = re.compile(
    r"(?<!\w)(?:whose|its|their|son|sa|ses|leur|dont l'|seine[mnr]?|ihre[mnr]?|sus?|suo|sua|propri[oa])"
    r"(?: [^\W\d_]+)?? ?(?:paper|article|report|filing|papier|rapport|étude|publication|fachartikel|arbeit|bericht"
    r"|artículo|informe|articolo|studio|blog)"
)
_FOLLOWS = re.compile(
    r"(?<!\w)(?:after|après|nach|tras|dopo)(?: (?:about|some|around|environ|rund|etwa|unos|circa))? $"
)
_SUBJECT_REACH = 40
_JOINED = 12
# What is said to be expected of a time gone by wasn't known when it was said: "expects $80 billion in fiscal 2025".
_FORESEES = re.compile(
    r"expect|forecast|project|anticipat|guid|plan|target|prévo|s'attend|tabl|erwart|rechne|prevé|espera|preved"
)


def _is_hearsay(story: Story, index: int, spoken: Status, measured: Measure, last: Claim | None) -> bool:
    """Whether a statement goes on with what somebody estimates: it carries on a number of theirs, or comes right
    after it and says nothing of its own certainty ("He puts Microsoft at 150,000")."""
    if last is None or last.status != "estimated" or story.leading.get(kind_of(measured)) != "estimated":
        return False
    said = story.memory[kind_of(measured)]
    sentence = story.page.sentences[index]
    if _OWN_PAPER.search(story.page.folded, *sentence):
        return False
    is_bare, is_promised = spoken.cue is None, spoken.value == "planned"
    opening = story.page.within(sentence.start, sentence.start + OPENING, "anaphor")
    is_another = measured.metric == last.metric == "accelerator_flow" and not is_promised
    is_another = is_another and not story.page.within(*sentence, "reporting", "anaphor")
    follows = index - said.index <= 1 and (is_bare or (bool(opening) and not is_promised) or is_another)
    return (measured.is_carried and not is_promised) or follows


def _recalls(story: Story, around: Surroundings, cue: Span) -> bool:
    """Whether a quantity is what somebody expected back then: "avait initialement tablé sur 100 milliards"."""
    if cue.start > around.quantity.start:
        return False  # "capex, of 90 million in 2024, should double"
    opening = max(around.before.start, cue.start - OPENS_WITH)
    return cue.start >= opening and RECALLED.search(story.page.folded, opening, cue.end) is not None


def _foresees(story: Story, around: Surroundings, cue: Span) -> bool:
    """Whether a quantity is what somebody expects, by a verb of its own."""
    is_own = cue.start >= around.before.start and not _goes_on(story, cue.end, around.quantity.start)
    return is_own and _FORESEES.match(story.page.folded, *cue) is not None


def status_said(story: Story, around: Surroundings) -> Status:
    """What the words beside a quantity say of its certainty; in a table, else those of its column's heading."""
    said = read_status(story.page, around.sentence, around.clause(), Span(around.quantity.start, around.quantity.end))
    if said.cue:
        return said
    if not around.heading:
        head = line_above(story, around)
        doubts = [m for m in story.page.within(*head, "status") if m.value == "estimated"] if head else []
        return Status("estimated", Span(doubts[0].start, doubts[0].end)) if doubts else said
    page, end = story.page, around.heading.end
    headed = bisect_right(page.sentences, around.heading.start, key=itemgetter(0)) - 1
    first = min(headed, page.list_start(around.index))
    doubts = [m for m in page.within(*page.sentences[max(0, first - 1)], "status") if m.value == "estimated"]
    if doubts:  # "by Omdia's estimates:"
        return Status("estimated", Span(doubts[0].start, doubts[0].end))
    return read_status(page, around.heading, around.heading, Span(end, end))


def settle(
    story: Story, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, said: Status, when: When
) -> tuple[Period | None, str]:
    """Where words and date disagree: what has a date to come is planned, what has one gone by has happened."""
    (phrase, period, status), published = when, story.published
    if status == "actual" and period and published and phrase and is_year_end(phrase) and said.cue:
        period = last_year_end(period, published, story.page.lexicons.year_ends.get(owner.organization, 12))
    is_forecast = bool(last and last.period_end and published and last.period_end > published)
    if phrase and last and is_forecast and _is_of_before(story, around, period, last):
        return period, "actual"  # "analysts expect $120 billion for 2026, after 88 billion in 2025"
    if _is_hearsay(story, around.index, said, measured, last):
        return period, "estimated"
    if status == "actual" and phrase and "soon" in phrase.words:
        return period, "planned"  # "50,000 go live in the coming months"
    is_ahead = bool(period and published and lies_ahead(period, published))
    is_late = bool(phrase and phrase.is_deadline and is_ahead)
    if (
        is_late
        and phrase
        and phrase.end <= around.quantity.start  # "500,000 operational by 2026" are not
        and measured.metric in STOCKS
        and is_said_in_place(story.page, Span(around.quantity.start, around.quantity.end), said)
    ):
        return None, status
    if measured.metric in STOCKS and is_said_of_today(story.page, said):
        return None, status
    if status == "estimated" and said.cue and _is_own(story, owner, said.cue):
        status = "planned"  # "Meta estimates that it'll spend"
    if status == "actual" and period and published and phrase and lies_ahead(period, published):
        is_raised = said.cue and measured.metric not in STOCKS and story.page.within(*said.cue, "change")
        is_stated = said.cue is not None and not phrase.is_deadline and not is_raised  # "raised its budget for 2025 to"
        return period, status if is_stated and period.start and period.start <= published else "planned"
    if status == "planned" and last and _is_of_before(story, around, period, last):
        return period, "actual"
    if status == "planned" and phrase and measured.metric not in STOCKS:
        is_over = bool(period and period.end and published and period.end <= published)
        is_near = phrase.end > around.clause().start
        is_dated = is_over and is_near and not phrase.is_bare_month and not phrase.is_deadline
        agreed = Span(max(around.sentence.start, around.quantity.start - REACH), around.sentence.end)
        is_agreed = measured.metric == "ai_spend" and story.page.within(*agreed, "contract", "promise")
        is_recalled = said.cue is not None and _recalls(story, around, said.cue)
        if is_over and said.cue and _goes_on(story, phrase.end, said.cue.start):
            return None, status  # "spent $83 billion in 2024 and will top that with $100 billion"
        is_behind = said.cue is not None and said.cue.start > phrase.end > around.quantity.start and phrase.is_past
        is_foreseen = said.cue is not None and not is_behind and _foresees(story, around, said.cue)
        has_happened = (phrase.is_past or is_dated) and not (is_agreed or is_foreseen)
        return period, "actual" if has_happened and not is_recalled else status
    return period, status


def _is_of_before(story: Story, around: Surroundings, period: Period | None, last: Claim) -> bool:
    """Whether an amount is what a later one is held against: "100 billion in 2026, compared to 85 in 2025"."""
    if not (period and period.end and last.period_end and period.end < last.period_end):
        return False
    if story.published and period.end > story.published:
        return False
    before = story.page.folded[max(around.before.start, around.quantity.start - PART_REACH) : around.quantity.start]
    return bool(story.page.lexicons.replaced["before"].search(before) or _FOLLOWS.search(before))


def _goes_on(story: Story, start: int, end: int) -> bool:
    """Whether a sentence joins another statement on between a date and a verb."""
    return bool(story.page.within(start, end, "joining"))


def _is_own(story: Story, owner: Owner, cue: Span) -> bool:
    """Whether a verb of estimating has the owner itself for its subject."""
    if not _ESTIMATES.match(story.page.text, cue.start):
        return False
    before = story.page.within(cue.start - 2 * _SUBJECT_REACH, cue.start, "organization")[-1:]
    # "Meta spent 19 billion and thinks"
    is_joined = bool(story.page.within(cue.start - _JOINED, cue.start, "joining"))
    return any(m.value == owner.organization and (is_joined or m.end + 1 == cue.start) for m in before)

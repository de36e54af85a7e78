"""Numbers as people print them, read into base units: "3 ou 4 milliards de dollars", "$10B", "100k", "1,4-1,6 GW".

Here: digits, scale words, ranges, currencies and power units. Not here: what is counted, and whether it is a claim.
The same reading is done twice: when a claim is found, and again on its quote when it is grounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from string import ascii_uppercase
from typing import NamedTuple

from extraction.lexicons import NumberWords
from extraction.text import Span, fold

# The engine skips from digit to digit, and looks back from there. Groups of three share one separator.
_DIGITS = re.compile(
    r"\d(?:(?<![\w.,/].)|(?<=[ \n][x×].)"
    r"|(?<=(?<!\w)(?:Rmb|RMB|CNY|EUR|USD|GBP|CHF|JPY|INR|KRW|CAD|AUD|SEK|NOK|DKK|AED|SGD|HKD).))"
    r"(?<![^\W\d_]-.)"  # "H-100" is a name
    r"(?:\d{0,2}(?P<gap>[ ,.'])\d{3}(?:(?P=gap)\d{3}){0,4}(?!\d)(?P<fraction>[.,]\d{1,2}(?!\d))?"
    r"|\d{0,14}(?:[.,]\d{1,6})?)(?!\d)"
)
_WORDS_AFTER = re.compile(r"[ -]?([^\W\d_]+)(?: ([^\W\d_]+))?")
_FOLLOWING = re.compile(r"\.?[ -]?([^\W\d_]+|[$€£¥₹₩])")
_UNIT_AFTER = re.compile(r"\.?[ -]?(?:of |de |d'|di )?(?:(?<!-)([$€£¥₹₩])|([^\W\d_]+)(?:[ -]([^\W\d_]+))?)")
_CURRENCY_BEFORE = re.compile(r"(?:(?<!\w)(?:US|CA|C|AU|A|R|NT|HK|S))?[$€£¥₹₩] ?$|(?<!\w)(?:[A-Z]{3}|Rmb) ?$")
_WORD_BEFORE = re.compile(r"([^\W\d_]+) (?:(?:los|las|les|i|gli|the) )?$")
_CONNECTOR = re.compile(
    r" ?([^\W\d_]+|-) ?(?:(?:los|las|les|i|gli|die|the) )?((?:[^\W\d_]+ ){0,3})((?:US|CA|C|AU|A|R|NT|HK|S)?[$€£¥₹₩])?$"
)
_WORD = re.compile(r"[^\W\d_]+")
_NEXT_WORD = re.compile(
    r"(?:(?<=hundred) and |(?<=aine) d(?:e |')|(?<=[ct]ina) di |(?<=naio) di |(?<=[ct]ena) de "
    r"|(?<=enar) de |[ -])?([^\W\d_]+)(?:(?: of)? (?:an?|demi|halbe)(?!\w))?"
)
_CURRENCY_AFTER = re.compile(r" ?(?:d'|de |of )?([^\W\d_]+|[$€£¥₹₩])")
_OF_MONEY_ONLY = frozenset({"g", "mm"})
_MIL_BEFORE = re.compile(r"(?<![\w.,])(?:(\d{1,3}) )?mil $")
_MIL_BEHIND = re.compile(r" mil \d{1,3}(?![\d.,])")
_AND_HALF = re.compile(r" (?:and a half|et demie?|y medi[oa]|e mezz[oa])(?!\w)")
_ARTICLE, _LONGEST_ARTICLE = re.compile(r"(?<!\w)(?:le|du|au|el|del|al|il) $"), 4
_ONE_SCALE = re.compile(r"(?:million|milliard|millón|milione|miliardo) (?:de|d'|di) ?")
_WHOLE_WORD, _LONGEST_SHORT = re.compile(r"[^\W\d_]{5}$"), 5  # letters
_TIME_AHEAD = re.compile(
    r" (?:ans?|années?|mois|semaines?|jours?|trimestres?|years?|months?|weeks?|days?|quarters?|Jahren?|Monaten?|Wochen?"
    r"|Tagen?|Quartalen?|años?|meses|mes|semanas?|días?|anni|anno|mesi|mese|settimane|giorni|trimestri)(?!\w)",
    re.IGNORECASE,
)
_RANGE_AHEAD = re.compile(r" ([^\W\d_]+) ([^\W\d_]+) ([^\W\d_]+)")
# Where a point groups thousands: "15.000" is fifteen thousand there, and fifteen elsewhere.
_POINT_GROUPS = frozenset({"de", "es", "it", "nl", "pt"})
_COMMA_DECIMALS = frozenset({"de", "fr", "it"})  # Latin America prints "28,100 millones"
_WIDEST_CONNECTOR, _WIDEST_HEDGED = 14, 34
_LEAST_GROUPED = Decimal(1000)
_LEAST_SPELLED = Decimal(1000)
# A bare number shares the unit of an amount so near, of millions at least, that isn't more times as large or small.
_FARTHEST_LENDER, _LARGEST_CHANGE, _LEAST_SHARED = 90, 12, Decimal(1_000_000)
_BEHIND = re.compile(r"\s*(?:$|[,;:.()!?\"]|([^\W\d_]+)([.,;)']?))")
# "Il en atteindra 2 avant 2030", "après en avoir mis 20".
_OF_IT = re.compile(r"(?<!\w)(?:en|ne) (?:[^\W\d_]+ ){1,2}$")
# A further item of a list, and whose it is.
_SHARE_OF_IT = re.compile(r"(?:[,;(]|(?<!\w)(?:and|et|und|y|e)) (?:[^\W\d_]+ )?$")
_OWNED = re.compile(
    r" (?:(?:for|at|by|from|pour|chez|par|für|bei|von|para|en|per|da|with|avec|mit|con) (?=[A-ZÀ-Þ])"
    r"|(?:of (?:which|it|that|them)|dei quali|delle quali|de los cuales|davon|d'entre eux|d'eux|all'estero)(?!\w))"
)
_RESPECTIVELY = re.compile(r"(?<!\w)(?:respecti(?:ve|va)|rispettiva|jeweils|beziehungsw|bzw)", re.IGNORECASE)
_BOTH = re.compile(r"(?<!\w)(?:the|those|these|les|ces|die|diese|den|der|los|las|i|gli|le) $")
_MOST_BETWEEN = 3
_VERB_ENDS = ("en", "t")
_ONE = Decimal(1)
_INSTEAD = re.compile(r"(?:lieu|raison|entre|fourchette|ordre|spread|range|rango|lugar|vez) $", re.IGNORECASE)
_SIGNS = frozenset("$€£¥₹₩")  # what may stand before an amount
_PLURAL = ("ioni", "iardi", "llones")
_SYMBOLS = frozenset("$€£¥₹₩")  # "10 M€" is money, "10 m" a length
_BEFORE_AMOUNT = _SYMBOLS | frozenset(ascii_uppercase) | {"b"}  # "$5", "EUR 5", "Rmb5bn"

Language = Callable[[], str]


class Quantity(NamedTuple):
    """One printed amount, `text[start:end]` with its currency and unit, in base units; `low == high` for one number.

    unit            currency code, "MW", or None for a bare number
    factor          what its own scale word or power unit multiplied the printed number by
    first_end, second_start   where the two numbers of a range part
    is_from_to      "from A to B": two levels if something grows, else a range
    lender          where the amount begins whose unit a bare number shares: "85 billion dollars, up from 75"
    lender_end      where it ends, if it stands behind: "from 66 to 72 up to 70 to 72 billion"
    """

    low: Decimal
    high: Decimal
    start: int
    end: int
    unit: str | None = None
    factor: Decimal = _ONE
    first_end: int | None = None
    second_start: int | None = None
    is_from_to: bool = False
    lender: int | None = None
    lender_end: int | None = None

    def levels(self) -> tuple[Quantity, Quantity]:
        """The two ends of a "from A to B" as amounts of their own, each with the other's unit."""
        middle_left, middle_right = self.first_end or self.end, self.second_start or self.start
        return self._replace(high=self.low, end=middle_left), self._replace(low=self.high, start=middle_right)


def read_numbers(
    text: str, words: NumberWords, language: Language, start: int = 0, end: int | None = None
) -> list[Quantity]:
    """The quantities of `text[start:end]`, in order. A scale word after a range holds for both ends.

    text       made alike (`text.make_alike`), so that spaces and dashes have one form
    language   asked only for what is ambiguous, as telling it takes longer than reading the number: a French billion
               is 1e12, a German "15.000" fifteen thousand
    """
    stop = len(text) if end is None else end
    singles = list(_printed(text, words, language, start, stop))
    if spelled := list(_spelled(text, words, language, start, stop)):
        singles = sorted([*singles, *spelled], key=attrgetter("start"))
    if not any(single.unit for single in singles):
        return list(_join_ranges(text, words, singles, start))
    return _share_units(text, words, list(_join_ranges(text, words, singles, start)), stop)


def _printed(text: str, words: NumberWords, language: Language, start: int, stop: int) -> Iterator[Quantity]:
    for digits in _DIGITS.finditer(text, start, stop):
        begin, end = digits.span()
        if _MIL_BEHIND.match(text, end, stop):
            continue  # Mexican "4 mil 800 millones"
        value, scale = _value(digits, language), _ONE
        if text.endswith("mil ", start, begin) and (thousands := _MIL_BEFORE.search(text, start, begin)):
            value, begin = value + 1000 * int(thousands[1] or 1), thousands.start()
        following = _FOLLOWING.match(text, end, stop)
        if following and fold(following[1]) in words.followers:
            is_money = text[max(0, begin - 2) : begin].rstrip(" ")[-1:] in _SIGNS
            scale, end = _scale(text, end, stop, words, language, is_money)
            if scale >= _LEAST_SHARED and _is_fraction(digits, language):  # "5,576 millions"
                value = Decimal(digits[0].replace(",", "."))
            yield _with_unit(text, words, value, scale, begin, end, start, stop)
        else:  # most numbers: nothing behind them can be theirs
            if (
                digits["gap"] == "."
                and 1 <= value < _LEAST_GROUPED
                and text[begin - 1 : begin].strip(" ") not in _SIGNS
            ):
                value *= 1000  # "13.824 GPU": what is counted has no fraction, whatever the language
            yield _with_unit(text, words, value, scale, begin, end, start, end)


def _spelled(text: str, words: NumberWords, language: Language, start: int, stop: int) -> Iterator[Quantity]:
    """ "Five gigawatts", "un milliard", "deux cent mille", "three to four billion": numerals before a magnitude."""
    folded = fold(text[start:stop])
    magnitudes = words.magnitudes.find_matches_as_indexes(folded, overlapping=True)
    # behind digits ("5 milliards") a magnitude is theirs
    places = [place for _, place, _ in magnitudes if not folded[max(0, place - 2) : place].rstrip(" -")[-1:].isdigit()]
    if not places:
        return
    last = max(places)
    if (
        words.openers.isdisjoint(_WORD.findall(folded, 0, last + 1))
        and "'s " not in text[max(0, start - 3) : stop]
        and _ONE_SCALE.search(folded) is None
    ):
        return
    end = start
    for word in _WORD.finditer(folded, 0, last + 1):
        begin = start + word.start()
        if word[0] in words.vague:  # "several hundred thousand" is no number
            spoken = _compose(text, words, language, begin + len(word[0]) + 1, stop)
            end = spoken[2] if spoken else end
            continue
        opens = word[0] in words.openers or (begin > 2 and text.startswith("'s ", begin - 3))
        if begin < end or not (opens or _is_the_scale(text, begin)):
            continue
        spoken = _compose(text, words, language, begin, stop)
        if spoken is None:
            continue
        value, factor, end = spoken
        # "'s million" is read again from a quote only with what lets it stand alone
        opening = begin - 3 if text.startswith("'s ", begin - 3) else begin
        quantity = _with_unit(text, words, value, factor, max(start, opening), end, start, stop)
        if quantity.low >= _LEAST_SPELLED or quantity.unit == "MW" or _opens_range(text, words, end, stop):
            yield quantity


def _compose(
    text: str, words: NumberWords, language: Language, begin: int, stop: int
) -> tuple[Decimal, Decimal, int] | None:
    """The number that begins with a word, as (printed value, last scale, where it ends); None where none does."""
    total, current, factor, end, scaled = Decimal(0), Decimal(0), _ONE, begin, begin
    while word := _NEXT_WORD.match(text, end, stop):
        spelled = fold(word[1])
        pair = words.numerals.get(fold(word[0].lstrip(" -"))) if word.end() > word.end(1) else None
        meanings = words.scales.get(spelled) if len(spelled) > 2 else None
        if pair is not None:  # "half a", "un demi", "a quarter of a"
            current, end = pair if current == 1 else current + pair, word.end()
        elif spelled in words.numerals and not (current % 10):  # "a un gigawatt" is one gigawatt
            current, end = current + words.numerals[spelled], word.end(1)
        elif meanings and current == 1 and spelled.endswith(_PLURAL):
            return None  # Italian "pari a milioni di GPU" has no article and no number
        elif spelled in words.hundreds and (current or end == begin):
            current, end = max(current, Decimal(1)) * words.hundreds[spelled], word.end(1)
        elif meanings and (current or (end == begin and _may_stand_alone(text, begin, spelled in words.alone_words))):
            factor = _meaning(meanings, language)
            total, current, end = total + (current or 1) * factor, Decimal(0), word.end(1)
            scaled = end
        elif meanings and total and _meaning(meanings, language) > factor:  # "mil millones", "mille milliards"
            scale = _meaning(meanings, language)
            total, factor, end = total * scale, factor * scale, word.end(1)
            scaled = end
        else:
            break
        if current and (half := _AND_HALF.match(text, end, stop)) and text[end + 1] == "a":  # "two and a half million"
            current, end = current + Decimal("0.5"), half.end()
    if end == begin:
        return None
    if total and current and _TIME_AHEAD.match(text, end, stop):  # "un million deux ans plus tôt"
        return total / factor, factor, scaled
    return (total + current) / factor, factor, end


def _may_stand_alone(text: str, position: int, is_alone: bool) -> bool:
    """ "Mille puces", and "SpaceX's million": a scale word that no numeral precedes."""
    before = text[max(0, position - 3) : position]
    return before == "'s " or _is_the_scale(text, position) or (is_alone and not before.rstrip()[-1:].isdigit())


def _is_the_scale(text: str, position: int) -> bool:
    """ "Dépasser le million de puces": a scale word in the singular, with an article for a numeral."""
    has_article = _ARTICLE.search(text, max(0, position - _LONGEST_ARTICLE), position) is not None
    return has_article and _ONE_SCALE.match(text, position) is not None


def _opens_range(text: str, words: NumberWords, end: int, stop: int) -> bool:
    """Whether a numeral is the first of "three to four billion"."""
    following = _RANGE_AHEAD.match(text, end, stop)
    if following is None or fold(following[1]) not in words.range_words | words.and_words:
        return False
    magnitude = fold(following[3])
    return fold(following[2]) in words.numerals and (magnitude in words.scales or magnitude in words.powers)


def _meaning(meanings: Mapping[str, Decimal], language: Language) -> Decimal:
    if len(meanings) == 1:
        return next(iter(meanings.values()))
    fallback = meanings.get("", meanings.get("en", next(iter(meanings.values()))))
    return meanings.get(language(), fallback)


def _value(digits: re.Match[str], language: Language) -> Decimal:
    """The printed number. "1.125" is a fraction in English and thousands in German; "0,125" a fraction anywhere."""
    printed, gap, fraction = digits.group(0, "gap", "fraction")
    if gap is None:
        return Decimal(printed.replace(",", "."))
    grouped = printed.removesuffix(fraction or "")
    is_single = grouped.count(gap) == 1 and fraction is None
    is_point = gap == "." and not grouped.endswith(".000")  # nobody prints "10.000"
    if is_single and gap in ".," and (grouped.startswith("0") or (is_point and language() not in _POINT_GROUPS)):
        return Decimal(grouped.replace(",", "."))
    return Decimal(grouped.replace(gap, "") + (fraction or "").replace(",", "."))


def _is_fraction(digits: re.Match[str], language: Language) -> bool:
    """Whether a comma before three digits and a scale word is a decimal one: not in English."""
    is_single = digits["gap"] == "," and digits["fraction"] is None and digits[0].count(",") == 1
    return is_single and not digits[0].endswith(",000") and language() in _COMMA_DECIMALS


def _scale(
    text: str, position: int, stop: int, words: NumberWords, language: Language, is_money: bool = False
) -> tuple[Decimal, int]:
    """The scale word at a position and where it ends; 1 where there is none. "mdd", millions of dollars, is a currency
    too, and ends where it begins.

    is_money   whether a currency sign stands before the number, so that a letter may be apart: "$93 B"
    """
    found = _WORDS_AFTER.match(text, position, stop)
    if found is None:
        return _ONE, position
    for last in (2, 1):
        if found[last] is None:
            continue
        word = fold(text[found.start(1) : found.end(last)])
        meanings = words.scales.get(word)
        if meanings and (
            len(word) > 2 or _is_scale(text, words, word, Span(found.start(1), found.end(last)), is_money)
        ):
            is_currency = word in words.currencies
            return _meaning(meanings, language), position if is_currency else found.end(last)
    return _ONE, position


def _is_scale(text: str, words: NumberWords, word: str, span: Span, is_money: bool) -> bool:
    """Whether a letter or two scale a number: "93 B" of a currency, "5G" of nothing."""
    behind = _CURRENCY_AFTER.match(text, span.end)
    is_of_money = behind is not None and fold(behind[1]) in words.currencies
    if word in _OF_MONEY_ONLY:
        return is_of_money or is_money
    is_apart = text[span.start - 1] == " "
    return len(word) > 1 or not is_apart or is_of_money or (is_money and text[span.start].isupper())


def _with_unit(
    text: str, words: NumberWords, value: Decimal, factor: Decimal, begin: int, end: int, start: int, stop: int
) -> Quantity:
    """The amount printed at `text[begin:end]`, with the currency before or after it, or the power unit after it, that
    stands in `text[start:stop]`."""
    if factor > 1 and (half := _AND_HALF.match(text, end, stop)):  # "un milliard et demi"
        value, end = value + Decimal("0.5"), half.end()
    is_after_sign = text[max(0, begin - 2) : begin].rstrip(" ")[-1:] in _BEFORE_AMOUNT
    before = _CURRENCY_BEFORE.search(text, max(start, begin - 5), begin) if is_after_sign else None
    unit = words.currencies.get(fold(before.group().strip())) if before else None
    if before and unit:
        begin = before.start()
    # a point behind a whole word ends a sentence, behind "Mrd" it doesn't
    is_ended = text.startswith(".", end) and _WHOLE_WORD.search(text, max(0, end - _LONGEST_SHORT), end) is not None
    after = _UNIT_AFTER.match(text, end, stop) if end < stop and not is_ended else None
    for first, last in ((1, 1), (2, 3), (2, 2)):  # a sign, two words, one word
        if after is None or after[last] is None:
            continue
        word = fold(text[after.start(first) : after.end(last)])
        if word in words.powers and unit is None:
            unit, factor, end = "MW", factor * words.powers[word], after.end(last)
            break
        if word in words.currencies and unit in (None, words.currencies[word]):
            unit, end = words.currencies[word], after.end(last)
            break
    amount = _plain(value if factor is _ONE else value * factor)
    return Quantity(amount, amount, begin, end, unit, factor)


def _join_ranges(text: str, words: NumberWords, singles: list[Quantity], start: int) -> Iterator[Quantity]:
    index = 0
    while index < len(singles):
        first = singles[index]
        second = singles[index + 1] if index + 1 < len(singles) else None
        joined = _range(text, words, first, second, start) if second else None
        yield joined or first
        index += 2 if joined else 1


def _range(text: str, words: NumberWords, first: Quantity, second: Quantity, start: int) -> Quantity | None:
    gap = second.start - first.end
    is_mixed = first.unit is not None and first.unit != second.unit and (second.unit is not None or first.unit == "MW")
    if not 0 < gap <= _WIDEST_HEDGED or is_mixed:
        return None
    if first.factor > 1 and second.unit is None and second.factor == 1 and _is_year(second):
        return None  # "20 milliards d'ici à 2030"
    connector = _CONNECTOR.fullmatch(text, first.end, second.start)
    is_amount = second.unit is not None or second.factor > 1
    if connector is None or (first.unit is None and is_amount and _is_year(first)):
        return None
    is_hedged = bool(connector[2])  # "from 75 to about 85"
    if not words.hedges.issuperset(fold(connector[2]).split()) or (gap > _WIDEST_CONNECTOR and not is_hedged):
        return None
    lead = _WORD_BEFORE.search(text, max(start, first.start - 10), first.start)
    leading = fold(lead.group(1)) if lead else ""
    word = fold(connector.group(1))
    is_between = leading in words.between_words and word in words.and_words
    is_from_to = leading in words.from_words and word in words.range_words and word != "-"
    if lead and _INSTEAD.search(text, max(start, lead.start() - 12), lead.start()):
        is_from_to = False  # "au lieu de 20 à 23 milliards"
    if (word not in words.range_words and not is_between) or (is_hedged and not is_from_to):
        return None
    low = _share_scale(first, second)
    if is_between:
        low = _share_thousands(text, low, second)
    if low > second.high:
        return None
    return Quantity(
        low=low,
        high=second.high,
        start=lead.start() if lead and (is_between or is_from_to) else first.start,
        end=second.end,
        unit=second.unit or first.unit,
        factor=second.factor,
        first_end=first.end,
        second_start=second.start,
        is_from_to=is_from_to,
    )


def _share_units(text: str, words: NumberWords, read: list[Quantity], stop: int) -> list[Quantity]:
    """ "85 billion dollars, up from 75", "draws 150 megawatts and will grow to 300": bare numbers that a word of the
    vocabulary leads to, and no noun follows, are of the unit of the amount before them; in "from 66 to 72 up to 70 to
    72 billion" of the one behind."""
    last: Quantity | None = None
    shared: list[Quantity] = []
    for index, quantity in enumerate(read):
        following = read[index + 1] if index + 1 < len(read) else None
        if quantity.unit is not None:
            last = quantity if quantity.factor >= _LEAST_SHARED or quantity.unit == "MW" else None
        elif quantity.factor == 1 and not _is_year(quantity):
            if following and _leads_on(text, words, quantity, following, stop):
                quantity = _lend(following, quantity)._replace(is_from_to=False, lender_end=following.end)
            elif last and _is_elliptic(text, words, last, quantity, stop):
                quantity = last = _lend(last, quantity)._replace(lender=last.lender or last.start)
            else:
                last = None
        shared.append(quantity)
        if last is quantity:
            later = next((other.start for other in read[index + 1 : index + 3] if not _is_year(other)), stop)
            shared += _spelled_on(text, words, quantity, later, stop)
    return sorted(shared, key=attrgetter("start"))


def in_unit(bare: Quantity, factor: Decimal, unit: str | None) -> Quantity:
    """A bare number as it is meant in a unit, and in thousands, millions … of it."""
    low, high = (_plain(number * factor) for number in (bare.low, bare.high))
    return bare._replace(low=low, high=high, unit=unit, factor=factor)


def _lend(lender: Quantity, bare: Quantity) -> Quantity:
    """A bare number in the unit of another amount."""
    return in_unit(bare, lender.factor, lender.unit)


def _spelled_on(text: str, words: NumberWords, lender: Quantity, until: int, stop: int) -> Iterator[Quantity]:
    """ "Two gigawatts by 2030 and could grow to five": the next numeral that leaves out the unit of the amount."""
    for word in _WORD.finditer(text, lender.end, min(until, lender.end + _FARTHEST_LENDER)):
        value = words.numerals.get(fold(word[0]))
        if value and value > 1:
            numeral = Quantity(value, value, *word.span())
            is_apart = text[word.start() - 1] == " " and not _BOTH.search(text, lender.end, word.start())
            if is_apart and _is_elliptic(text, words, lender, numeral, stop):
                yield _lend(lender, numeral)._replace(lender=lender.lender or lender.start)
            return


def _leads_on(text: str, words: NumberWords, bare: Quantity, following: Quantity, stop: int) -> bool:
    """Whether a bare number is the level that an amount right behind it is reached from, or the first of two amounts
    that are those of two, respectively."""
    if following.unit is None or (following.factor < _LEAST_SHARED and following.unit != "MW") or following.lender:
        return False
    between = fold(text[bare.end : following.start]).split()
    if not 0 < len(between) <= _MOST_BETWEEN or text[bare.end] != " " or not _is_comparable(following, bare):
        return False
    if between[0] in words.and_words:
        return (
            len(between) == 1
            and _RESPECTIVELY.search(text, bare.start, min(stop, following.end + _FARTHEST_LENDER)) is not None
        )
    is_led = bare.is_from_to or _is_led(words, fold(text[max(0, bare.start - _WIDEST_HEDGED) : bare.start]))
    is_bare = between[0].isalpha()  # "grew 34 % to $15 billion"
    return is_led and is_bare and not words.range_words.isdisjoint(between[:2])


def _is_led(words: NumberWords, before: str) -> bool:
    """Whether the last word before a number, hedges left out, is one that leads to amounts."""
    leading = reversed(_WORD.findall(before))
    return next((word for word in leading if word in words.sharing or word not in words.hedges), "") in words.sharing


def _is_comparable(lender: Quantity, bare: Quantity) -> bool:
    return bool(lender.high) and 1 / _LARGEST_CHANGE <= bare.high * lender.factor / lender.high <= _LARGEST_CHANGE


def _is_elliptic(text: str, words: NumberWords, last: Quantity, bare: Quantity, stop: int) -> bool:
    if not 0 < bare.start - last.end <= _FARTHEST_LENDER or not _is_comparable(last, bare):
        return False
    between = fold(text[last.end : bare.start])
    is_end = bare.end == stop  # of a quote
    if _SHARE_OF_IT.search(between) and (is_end or _OWNED.match(text, bare.end, stop)):
        return True  # "185 pour Alphabet, 135 pour Meta", "5,5 dei quali"
    if not (_OF_IT.search(between) or bare.first_end or _is_led(words, between)):
        return False
    behind = _BEHIND.match(text, bare.end, stop)
    if behind is None or behind[1] is None:
        return behind is not None
    if len(behind[1]) == 1 and behind[2] == "'":  # "d'ici à 2030"
        return True
    is_verb = behind[1].islower() and behind[1].endswith(_VERB_ENDS) and bool(behind[2])  # "soll auf 120 wachsen."
    return is_verb or fold(behind[1]) in words.behind_shared


def _is_year(quantity: Quantity) -> bool:
    """Whether "2025 to $7 billion" begins with a year. Printed with a gap, or with a fraction, it isn't one."""
    is_year = 1900 <= quantity.low <= 2100
    return is_year and (quantity.first_end is not None or quantity.end - quantity.start == len("2025"))


def _share_scale(first: Quantity, second: Quantity) -> Decimal:
    """ "3 à 4 milliards": the first takes the second's scale unless it has its own or would then be the larger."""
    scaled = _plain(first.low * second.factor)
    return scaled if first.factor == 1 and first.unit != "MW" and scaled <= second.high else first.low


def _share_thousands(text: str, low: Decimal, second: Quantity) -> Decimal:
    """ "entre 30 et 350 000": thirty thousand, as one would say it. Only where the result stays below the high end."""
    digits = _DIGITS.search(text, second.start, second.end)
    if digits is None or digits["gap"] is None or low >= 1000 or second.high < 1000:
        return low
    thousands = _plain(low * 1000)
    return thousands if thousands < second.high else low


def _plain(value: Decimal) -> Decimal:
    """Without an exponent and without noughts after the point, so that equal values are printed alike."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()

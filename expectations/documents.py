"""Gate 1 for documents: what a text holds before it may be read for claims."""

from expectations.rules import Rule, Suite

SUITE = Suite(
    name="raw_documents",
    table="raw.documents",
    frame="""
        select
            document_id as row_key, position, document_id, fetch_id, source_kind, published_method, language,
            incomplete is null as is_whole,
            coalesce(regexp_matches(text, '[\\pL\\pN]'), false) as has_words,
            published_at is null or published_at <= fetched_at + interval 1 day as published_before_fetched,
            published_at is null or published_at >= timestamptz '1993-01-01 00:00:00+00' as published_since_the_web
        from candidates
    """,
    rules=(
        Rule(
            "text_present",
            "A document has text; a page without any is an empty shell, a paywall or a script.",
            "ExpectColumnValuesToBeInSet",
            {"column": "has_words", "value_set": [True]},
        ),
        Rule(
            "payload_archived",
            "A document names the archived payload that it was read from.",
            "ExpectColumnValuesToNotBeNull",
            {"column": "fetch_id"},
        ),
        Rule(
            "source_kind_known",
            "The kind of source is one that the resolution rules rank.",
            "ExpectColumnValuesToBeInSet",
            {"column": "source_kind", "value_set": ["press", "company", "regulator", "filing"]},
        ),
        Rule(
            "not_from_the_future",
            "A document isn't published after it was fetched (a day is left for time zones).",
            "ExpectColumnValuesToBeInSet",
            {"column": "published_before_fetched", "value_set": [True]},
        ),
        Rule(
            "not_older_than_the_web",
            "A publication date before 1993 is a misread date.",
            "ExpectColumnValuesToBeInSet",
            {"column": "published_since_the_web", "value_set": [True]},
        ),
        Rule(
            "language_code",
            "A language is an ISO 639-1 code.",
            "ExpectColumnValuesToMatchRegex",
            {"column": "language", "regex": "^[a-z]{2}$"},
        ),
        Rule(
            "whole_text",
            'A page gives its whole text; what a paywall or a "read more" hides is not in the ledger.',
            "ExpectColumnValuesToBeInSet",
            {"column": "is_whole", "value_set": [True]},
            severity="warning",
        ),
    ),
)

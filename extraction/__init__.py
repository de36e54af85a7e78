"""Extraction: from a Document to its claims, and nothing else.

Pure: the same text and the same lexicons give the same claims, anywhere and at any time; no I/O, no clock, no network.
The words are data (`dbt/seeds/`, brought in by `lexicons.load`); the other modules hold grammar only. Apart stands
`llm`, the optional second reader, which asks a network; what it finds passes the same grounding.
"""

"""Text from outside in Markdown, as Dagster's UI and the published changes show it."""


def code_span(text: str) -> str:
    """As a code span, in which nothing is markup: no link, picture or HTML, and no control character."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return f"`{printable.replace('`', chr(39)) or ' '}`"

"""Stubs: pages that give less than their article. Pure; a stub is read like any text, and only bears the flag.

Asked are the page's own words: schema.org's isAccessibleForFree and wordCount, the content tier of a meta tag, and how
the text ends. A page that says nothing passes for whole.
"""

from __future__ import annotations

import re

PAYWALL, TRUNCATED = "paywall", "truncated"

LEAST_SHARE = 0.5  # of the words that a page says its article has: menus and captions make the count inexact
COUNTED_FROM = 100  # words: of a short notice the count says little
END = 300  # characters at the end of a text in which an invitation to subscribe counts as one

_NOT_FREE = re.compile(r"[\"']isAccessibleForFree[\"']\s*:\s*[\"']?(?:https?://schema\.org/)?false", re.IGNORECASE)
_LOCKED = re.compile(
    r"<meta\b[^>]{0,200}content_tier[\"'][^>]{0,100}content\s*=\s*[\"']?(?:locked|paid|premium)", re.IGNORECASE
)
_WORD_COUNT = re.compile(r"[\"']wordCount[\"']\s*:\s*[\"']?(\d{1,6})", re.IGNORECASE)
_SUBSCRIBE = re.compile(
    r"subscribe(?: now)? to (?:read|continue|keep reading|unlock)|(?:log|sign) in to (?:read|continue)"
    r"|(?:for|to) (?:paid )?subscribers only|this (?:post|article|story) is for (?:paid )?subscribers"
    r"|to (?:read|continue reading) (?:the full|this) (?:story|article|post)[^.]{0,40}subscri"
    r"|abonnez-vous pour (?:lire|continuer|accéder)|réservée? (?:à nos|aux) abonnés|il vous reste [\d,.]+\s?% de cet"
    r"|la suite (?:de cet article )?est réservée",
    re.IGNORECASE,
)
_BROKEN_OFF = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?(?:\s*(?:read|learn) more)?|\b(?:continue reading|lire la suite))\W{0,3}$",
    re.IGNORECASE,
)


def incompleteness(html: str, text: str) -> str | None:
    """Why the text of a page isn't the whole article: paywall, truncated, or None.

    html   the page
    text   what was taken out of it
    """
    if _NOT_FREE.search(html) or _LOCKED.search(html) or _SUBSCRIBE.search(text[-END:]):
        return PAYWALL
    if _BROKEN_OFF.search(text[-END:].rstrip()):
        return TRUNCATED
    counted = _WORD_COUNT.search(html)  # the first: others may be of articles that it links to
    words = int(counted[1]) if counted else 0
    return TRUNCATED if words >= COUNTED_FROM and len(text.split()) < LEAST_SHARE * words else None

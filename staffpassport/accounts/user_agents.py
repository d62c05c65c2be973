"""What a browser says of itself, in plain words: enough to know one's own devices again."""

from __future__ import annotations

# The first that is found counts: most browsers also name those that they want to be taken for.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),  # an iPad says so too, if it likes
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """`Chrome on Windows`; "A browser" or "an unknown system" for what is not known."""
    browser = _first(_BROWSERS, user_agent, "A browser")
    return f"{browser} on {_first(_SYSTEMS, user_agent, 'an unknown system')}"


def _first(known: tuple[tuple[str, str], ...], user_agent: str, otherwise: str) -> str:
    return next((words for sign, words in known if sign in user_agent), otherwise)

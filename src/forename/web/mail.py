"""The one setting of outgoing mail: a server's address, or nothing, and then no mail is sent."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "smtps://user:password@host:465?from=forename@example.org"


@dataclass(frozen=True)
class MailServer:
    """Where mail is given to, and whom it is from; ``starttls`` and ``tls`` say how it is kept."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    starttls: bool
    tls: bool


def mail_server(address: str) -> MailServer | None:
    """Return the server that ``FORENAME_MAIL`` names; None for ''.

    ``smtps://`` is TLS from the beginning, ``smtp://`` STARTTLS. Raises ImproperlyConfigured.
    """
    if not address:
        return None
    try:
        parts = urlsplit(address)
        sender = parse_qs(parts.query).get("from", [""])[0]
        port = parts.port or (465 if parts.scheme == "smtps" else 587)
    except ValueError as error:
        raise ImproperlyConfigured(f"FORENAME_MAIL is no address such as {FORM}") from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "@" not in sender:
        raise ImproperlyConfigured(f"FORENAME_MAIL is no address such as {FORM}")
    return MailServer(
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        sender,
        starttls=parts.scheme == "smtp",
        tls=parts.scheme == "smtps",
    )

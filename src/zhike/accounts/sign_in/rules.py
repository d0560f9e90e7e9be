import hashlib
import secrets
from datetime import timedelta

LINK_LIFETIME = timedelta(hours=24)
LINKS_KEPT = timedelta(days=30)  # after they ended


def new_secret() -> str:
    """Return 192 random bits that are safe in a URL."""
    return secrets.token_urlsafe(24)


def hash_secret(secret: str) -> str:
    """Return what is kept of a secret. It is random, so that one plain round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()

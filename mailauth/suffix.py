"""Where registered names begin: the public suffix list, as shipped with its package."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=8192)
def registered_domain(domain: str) -> str | None:
    """Answer the suffix and one label more ("mail.example.co.uk" -> "example.co.uk"), None for a suffix itself.

    Takes A-labels in lower case. An unknown last label counts as a suffix.
    """
    found: str | None = _suffixes().privatesuffix(domain)
    return found


def is_public_suffix(domain: str) -> bool:
    """Whether anybody may register below this name, the list's private part ("github.io") included."""
    return registered_domain(domain) is None

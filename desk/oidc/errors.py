"""Why nobody could be identified through the provider.

OidcError
├── ProviderUnavailable  it cannot be reached, or does not answer as one
├── ProviderRefused      it said no: the officer turned back, or the code is not for us
└── NotIdentified        its answer proves nothing, or is no answer to our question
"""

from __future__ import annotations


class OidcError(Exception):
    """Nobody was identified. The text is for the log: no code, no token, no secret."""


class ProviderUnavailable(OidcError):
    """It cannot be reached, or does not answer as an OpenID provider."""


class ProviderRefused(OidcError):
    """It said no; the text is its error code."""


class NotIdentified(OidcError):
    """The answer is not one to our question, or what it says is not proved."""

"""The library as officers edit it: drafts, previews of what they change, publishing, versions."""

from actions.faq.model import Draft, Preview, Version, VersionKind

__all__ = ["Draft", "Preview", "Version", "VersionKind"]

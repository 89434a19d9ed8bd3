"""The one error a person in Slack may read: a code for the log and a sentence that says what to do."""


class DomainError(ValueError):
    """Refuse an input with a sentence for the person who typed it.

    Args:
        code: stable reason code, snake_case, for logs and tests.
        sentence: what is wrong and what to do about it; plain text, no markup.
        field: name of the form field it belongs to, or None when it concerns the whole request.
    """

    def __init__(self, code: str, sentence: str, *, field: str | None = None) -> None:
        """Keep the parts; the sentence is the message."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field


class NotFoundError(DomainError):
    """Refuse a reference to something that is not here (any more)."""

    def __init__(self, what: str) -> None:
        """Name the thing that was asked for, for example 'Lead L-12'."""
        super().__init__("not_found", f"{what} was not found. Nothing was changed.")

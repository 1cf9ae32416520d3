"""The errors a caller may meet. Each message is one line and says what to do next."""

from __future__ import annotations


class ExtractorError(Exception):
    """Anything this package raises on purpose."""


class ConfigurationError(ExtractorError):
    """Settings that cannot work together, or a file or key that is missing."""


class InputError(ExtractorError):
    """An article that cannot be read: empty, binary, of unknown encoding, not there."""


class SchemaError(ExtractorError):
    """A schema the planner cannot turn into requests; the message names the field."""


class ModelFileError(ExtractorError):
    """A model file that cannot be fetched, is damaged, or is not in the catalogue."""


class ModelError(ExtractorError):
    """A request to a model that brought no usable reply."""


class ModelUnavailable(ModelError):
    """No reply within the allowed attempts and time, or an error that a retry will not mend."""


class ContextTooLong(ModelError):
    """The article and the question do not fit in the model's context."""


class Truncated(ModelError):
    """The reply was cut at the token limit."""


class Refused(ModelError):
    """The model declined to answer."""


class EmptyReply(ModelError):
    """The model sent nothing."""


class InvalidJson(ModelError):
    """The reply is not JSON."""


class ReplyInvalid(ModelError):
    """The reply is JSON but does not fit the section's schema, even after being asked again."""


class NotRecorded(ModelError):
    """Replay only: this request has no recorded reply."""

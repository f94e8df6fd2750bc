"""Errors of state changes, shared by every model with verbs."""


class InvalidTransition(Exception):
    """A step that the present state does not allow; the message is Vietnamese, for the user."""

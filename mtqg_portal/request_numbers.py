"""A number for each request: on the page, in the answer's header and on every line of the log.

The log never holds what people typed. What does reach a line (an address, a file name) is escaped,
so that nobody can write a second line into it, and secrets that a library prints are masked.
"""

import logging
import re
import uuid

from django.core.signals import request_finished
from django.dispatch import receiver

from core.problems import request_id

SECRET = re.compile(
    r"""(?ix)
    ( \b(?:\w*(?:password|passwd|secret|token|mat_khau|otp)\w*
         |sessionid|cookie|set-cookie|authorization)
      ["']? \s* (?: [:=] | %3D ) \s* (?:bearer\s+|basic\s+)? ["']? )
    [^\s"'&;,)\]}]+
    """
)
URL_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class RequestNumberMiddleware:
    """Outermost: what any other layer answers or logs carries the number too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        number = uuid.uuid4().hex[:12]
        request_id.set(number)
        response = self.get_response(request)
        response["X-Request-ID"] = number
        return response


@receiver(request_finished)
def forget_number(**kwargs):
    """Only now: Django logs a refused request after the last middleware."""
    request_id.set("")


def escaped(text):
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def masked(text):
    return URL_PASSWORD.sub(r"\1***@", SECRET.sub(r"\1***", text))


class LineFormatter(logging.Formatter):
    """One record is one line, except for a stack trace, whose lines are ours and are indented."""

    def format(self, record):
        record.request_id = request_id.get() or "-"
        return super().format(record)

    def formatMessage(self, record):
        record.message = escaped(record.message)
        return masked(super().formatMessage(record))

    def formatException(self, ei):
        lines = super().formatException(ei).splitlines()
        return "\n".join("    " + masked(escaped(line)) for line in lines)

"""The token of a form together with the key of its sending.

Takes the place of Django's own tag, so that no form can be written without a key (ADR 18).
"""

import uuid
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

register = template.Library()


class KeyedTokenNode(CsrfTokenNode):
    def render(self, context: template.Context) -> Any:
        token = super().render(context)
        if not token:
            return token
        return format_html(
            '{}<input type="hidden" name="form_key" value="{}">', token, uuid.uuid4().hex
        )


@register.tag
def csrf_token(parser: Parser, token: Token) -> KeyedTokenNode:
    return KeyedTokenNode()

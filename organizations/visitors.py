"""Where a request comes from: behind proxies the address is what our own proxies say it is."""

import ipaddress

from django.conf import settings

AGENT_LENGTH = 200


def client_address(request):
    """The visitor's address, or None.

    Each proxy adds the address it was called from to the end of X-Forwarded-For, so with n proxies
    of ours the n-th from the right is the visitor; what stands before it the visitor may have made
    up. With none of ours the header is not read at all.
    """
    direct = valid_address(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXIES
    if not proxies:
        return direct
    named = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return (valid_address(named[-proxies]) if len(named) >= proxies else None) or direct


def valid_address(text):
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return None


# Each names itself by more names than its own: the first that fits is the right one.
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox/", "Firefox"))
BROWSERS += (("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
SYSTEMS += (("Mac OS", "macOS"), ("Linux", "Linux"))


def device_words(agent):
    """What a person recognises: "Firefox trên Windows"; the browser's own words if unknown."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} trên {system}" if browser and system else agent[:60]


def agent_of(request):
    return request.META.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH]

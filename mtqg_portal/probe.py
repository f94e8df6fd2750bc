"""Does the web process answer? Used by the start-up and by the container's health check."""

import http.client
import sys

from .env import env

DEFAULT_PORT = 8000


def answers(host: str, port: int) -> bool:
    """Any reply below 500 counts: a redirect to HTTPS or a refused host name is a live server."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    return 0 if answers("127.0.0.1", env.int("PORT", DEFAULT_PORT)) else 1


if __name__ == "__main__":
    sys.exit(main())

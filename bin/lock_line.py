"""The first line of requirements.lock as it would be for this Python and requirements.txt."""

import hashlib
import platform
import sys
from pathlib import Path

pins = (Path(__file__).resolve().parent.parent / "requirements.txt").read_bytes()
version = ".".join(map(str, sys.version_info[:2]))
print("#", version, sys.platform, platform.machine(), hashlib.sha256(pins).hexdigest())

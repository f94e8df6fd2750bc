"""Throws away the embedded database and files of a demo installation."""

import shutil
import sys

from .env import env, is_production
from .preflight import Refusal, only_instance, writable_var


def reset() -> None:
    if is_production() or env.str("DATABASE_URL", ""):
        raise Refusal("Chỉ xoá được cơ sở dữ liệu SQLite của bản dùng thử.")
    var = writable_var()
    with only_instance(var):
        for path in var.glob("portal.sqlite3*"):
            path.unlink()
        shutil.rmtree(var / "media", ignore_errors=True)


def main() -> int:
    try:
        reset()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

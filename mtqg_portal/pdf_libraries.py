"""Are the system libraries that PDF needs on this machine? Run by path too, without Django."""

import ctypes
import sys

# By Linux soname and by macOS name.
NEEDED = {
    "libgobject-2.0": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "libpango-1.0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "libharfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "libfontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib"),
}


def loads(names: tuple[str, ...]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def missing() -> list[str]:
    """Names of the libraries that do not load."""
    return [library for library, names in NEEDED.items() if not loads(names)]


if __name__ == "__main__":
    sys.exit(1 if missing() else 0)

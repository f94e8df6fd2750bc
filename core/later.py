"""Libraries that cost much to load and serve few requests, loaded when first used (ADR 24)."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module of that name; whoever asks it for something loads the module."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._module), name)

"""Rows that are written once: a mistake is answered by another row, never by an edit."""

from typing import Any


class AppendOnlyError(TypeError):
    """Somebody's code tried to edit or remove a row of record."""


class AppendOnlyModel:
    """Mixin for models (before models.Model): a saved row is neither saved again nor deleted."""

    _state: Any

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)  # type: ignore[misc]

    def delete(self, *args: Any, **kwargs: Any) -> None:
        raise AppendOnlyError(f"{type(self).__name__} is append-only")


class AppendOnlyRows:
    """Mixin for their querysets: no bulk edit, no bulk delete."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError("rows of record are append-only")

    def delete(self) -> Any:
        raise AppendOnlyError("rows of record are append-only")

"""Choices of rows in forms. A key that no database has room for is a wrong choice: the row is not asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LONGEST = 18  # digits of a key


def _cannot_be(values: Iterable[Any], by_key: bool) -> bool:
    return any("\x00" in str(one) or (by_key and len(str(one)) > LONGEST) for one in values)


class RowField(forms.ModelChoiceField):
    """One of some rows."""

    def to_python(self, value: Any) -> Any:
        """The row. Raises ValidationError."""
        if isinstance(value, str) and _cannot_be([value], self.to_field_name is None):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "…"})
        return super().to_python(value)


class RowsField(forms.ModelMultipleChoiceField):
    """Some of some rows."""

    def clean(self, value: Any) -> Any:
        """The rows. Raises ValidationError."""
        if isinstance(value, list | tuple) and _cannot_be(value, self.to_field_name is None):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "…"})
        return super().clean(value)

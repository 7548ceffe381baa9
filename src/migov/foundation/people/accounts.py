"""How accounts behave: nobody signs up by themselves, an administrator invites."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by django-axes, by name and address: a second count, by name alone, would let a stranger
        lock colleagues out. Wrong codes of the second step are not counted here and keep their limit.
        """

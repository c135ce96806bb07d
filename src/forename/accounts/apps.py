"""Django's handle on the package."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, operations, grants and invitations."""

    name = "forename.accounts"
    label = "accounts"

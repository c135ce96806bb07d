"""Django's handle on the package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join rooms."""

    name = "forename.web"
    label = "web"

    def ready(self) -> None:
        """Count failures of signing in."""
        from django.contrib.auth.signals import user_logged_in, user_login_failed

        from forename.web import delays

        user_login_failed.connect(delays.sign_in_failed)
        user_logged_in.connect(delays.signed_in)

"""Django's handle on the package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join rooms."""

    name = "forename.web"
    label = "web"

    def ready(self) -> None:
        """Count failures of signing in, and codes that activated an authenticator as used."""
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.signals import user_logged_in, user_login_failed
        from django.db.models.signals import pre_save

        from forename.web import delays, second_factor

        user_login_failed.connect(delays.sign_in_failed)
        user_logged_in.connect(delays.signed_in)
        pre_save.connect(second_factor.activated, sender=Authenticator)

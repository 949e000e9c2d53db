"""The one letter of this app: a link to choose a password."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from medengage.web.accounts.actions import welcome
from medengage.web.accounts.models import User

__all__ = ["send_welcome"]

TEXT = """Hello {name},

you can sign in to medengage with this address. Choose a password first, here:

{link}

The link works once, within seven days. If you did not expect this letter, do nothing.
"""


def send_welcome(user: User) -> bool:
    """Send somebody the link to choose a password; ``False`` where the mail server refuses."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("accounts:welcome", args=[uid, welcome(user)])
    text = TEXT.format(name=user.name, link=f"{settings.MEDENGAGE_ADDRESS}{path}")
    try:
        send_mail("Your access to medengage", text, None, [user.address])
    except (SMTPException, OSError):
        return False
    return True

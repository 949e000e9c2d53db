"""Forms of signing in, units and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from medengage.web.accounts.models import Kind, Unit, User
from medengage.web.accounts.permissions import Role

__all__ = [
    "AddressForm",
    "CodeForm",
    "FirstCodeForm",
    "MemberForm",
    "PasswordForm",
    "SignInForm",
    "UnitForm",
]


class SignInForm(forms.Form):
    """Address and password."""

    address = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits of the moment."""

    code = forms.CharField(
        label="Code from your telephone",
        help_text="Six digits. If your telephone is lost, one of the codes you were given.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "class": "short"}
        ),
    )


class FirstCodeForm(CodeForm):
    """The six digits that prove that a telephone is set up."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["code"].help_text = "The six digits that the app shows now."


class AddressForm(forms.Form):
    """Where to send a link for a new password."""

    address = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Three or four words are easy to remember.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        """Neither short nor common nor like the name."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") != cleaned["password"]:
            self.add_error("again", "This differs from the password above")
        return cleaned


class MemberForm(forms.Form):
    """Somebody and a role."""

    name = forms.CharField(label="Name", max_length=200)
    address = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(
        label="Role", choices=[(role.value, role.words) for role in Role], widget=forms.RadioSelect
    )
    unit = forms.ModelChoiceField(
        label="Where",
        queryset=Unit.objects.none(),
        help_text="The role counts there and at everything below.",
    )

    def __init__(self, data: Any = None, *, units: list[Unit]) -> None:
        super().__init__(data)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        if len(units) == 1:
            field.initial = units[0]


class UnitForm(forms.Form):
    """A unit and what it stands below."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(
        label="What it is",
        choices=[choice for choice in Kind.choices if choice[0] not in {Kind.SYSTEM}],
        widget=forms.RadioSelect,
    )
    parent = forms.ModelChoiceField(label="Part of", queryset=Unit.objects.none())

    def __init__(self, data: Any = None, *, units: list[Unit]) -> None:
        super().__init__(data)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])

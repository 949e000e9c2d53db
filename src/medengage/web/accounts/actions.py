"""What changes people, units and roles; each writes an event in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction

from medengage.errors import StudyError
from medengage.web.accounts import second_factor
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import Kind, Membership, Unit, User
from medengage.web.accounts.permissions import Permission, Role
from medengage.web.accounts.queries import is_allowed

__all__ = [
    "choose_password",
    "forget_second_factor",
    "give_role",
    "know",
    "make_account",
    "make_unit",
    "pass_code",
    "pass_password",
    "prepare_second_factor",
    "rename_unit",
    "set_up_second_factor",
    "take_role",
    "welcome",
]

TRIES = 5
LOCKED = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
BELOW = {
    Kind.SYSTEM: {Kind.ORGANISATION},
    Kind.ORGANISATION: {Kind.DIVISION, Kind.SPECIALTY},
    Kind.DIVISION: {Kind.DIVISION, Kind.SPECIALTY, Kind.TEAM},
    Kind.SPECIALTY: {Kind.TEAM},
    Kind.TEAM: set(),
}
"""What may stand directly below what."""


def make_account(address: str, name: str, *, by: User | None, unit: Unit | None = None) -> User:
    """An account without a password; ``welcome`` gives the way to choose one.

    Somebody who has an account already keeps it as it is.
    """
    with transaction.atomic():
        user, made = User.objects.get_or_create(
            address=address.strip().lower(), defaults={"name": name.strip()}
        )
        if made:
            user.set_unusable_password()
            user.save()
            record(Event.ACCOUNT_MADE, user.name, by=by, unit=unit)
    return user


def welcome(user: User) -> str:
    """What proves somebody may choose a password: good once, for as long as settings say."""
    return default_token_generator.make_token(user)


def choose_password(user: User, token: str, password: str) -> bool:
    """Set the password of somebody who came by ``welcome``. ``False`` where that has expired."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        if not default_token_generator.check_token(fresh, token):
            return False
        fresh.set_password(password)
        fresh.failures, fresh.locked_until = 0, None
        fresh.save()
        record(Event.PASSWORD_CHANGED, fresh.name, by=fresh, unit=None)
    return True


def pass_password(address: str, password: str, now: datetime) -> User | None:
    """The person whose address and password these are; ``None`` for wrong or locked ones.

    It takes as long for an address that nobody has. Five failures in a row lock the account for a
    quarter of an hour, five more for twice as long, at most for a day.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(address=address.strip().lower()).first()
        if user is None:
            make_password(password)
            return None
        right = user.check_password(password)
        if _is_locked(user, now) or not user.is_active:
            return None
        if not right:
            _failed(user, now)
            return None
    return user


def prepare_second_factor(user: User) -> str:
    """A secret for somebody who has none yet, kept until it is confirmed; the same each time."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        if not second_factor.opened(fresh.secret):
            fresh.secret, fresh.last_step, fresh.recovery = (
                second_factor.sealed(second_factor.new_secret()),
                0,
                [],
            )
            fresh.save()
    return second_factor.opened(fresh.secret)


def set_up_second_factor(user: User, code: str, now: datetime) -> list[str]:
    """Confirm the secret with a code; gives codes for a lost telephone, [] for a wrong code."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        if _is_locked(fresh, now) or fresh.last_step:
            return []
        step = second_factor.accepted_step(second_factor.opened(fresh.secret), code, now, 0)
        if step is None:
            _failed(fresh, now)
            return []
        codes = second_factor.new_codes()
        fresh.last_step, fresh.recovery, fresh.failures = step, second_factor.hashed(codes), 0
        fresh.save()
        record(Event.ACCOUNT_READY, fresh.name, by=fresh, unit=None)
    return codes


def pass_code(user: User, code: str, now: datetime) -> bool:
    """Is this the person's code of the moment, or one for a lost telephone? Each works once."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        if _is_locked(fresh, now):
            return False
        kept = second_factor.hashed([code])[0]
        step = second_factor.accepted_step(
            second_factor.opened(fresh.secret), code, now, fresh.last_step
        )
        if step is not None:
            fresh.last_step = step
        elif kept in fresh.recovery:
            fresh.recovery = [one for one in fresh.recovery if one != kept]
        else:
            _failed(fresh, now)
            return False
        fresh.failures, fresh.locked_until = 0, None
        fresh.save()
        record(Event.SIGNED_IN, fresh.name, by=fresh, unit=None)
    return True


def forget_second_factor(user: User, *, by: User) -> None:
    """A lost telephone: the next sign-in sets up another one, after the password.

    Raises ``StudyError`` where the person has a role that ``by`` could not have given.
    """
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        places = Membership.objects.filter(user=fresh).select_related("unit")
        if not all(is_allowed(by, Permission.MANAGE_MEMBERS, one.unit) for one in places):
            raise StudyError(
                "this person has a role elsewhere",
                subject=fresh.name,
                hint="ask somebody who gives roles there as well",
            )
        fresh.secret, fresh.last_step, fresh.recovery = b"", 0, []
        fresh.save()
        record(Event.ACCOUNT_RESET, fresh.name, by=by, unit=None)


def know(user: User, secret: str) -> None:
    """Give somebody a second factor that is known beforehand: for demonstrations alone."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        fresh.secret, fresh.last_step = second_factor.sealed(secret), 1
        fresh.save()
        record(Event.ACCOUNT_READY, fresh.name, by=None, unit=None)


def give_role(address: str, name: str, role: Role, unit: Unit, *, by: User | None) -> User:
    """Give somebody a role at a unit, with an account where there is none. Twice is once."""
    with transaction.atomic():
        user = make_account(address, name, by=by, unit=unit)
        _, made = Membership.objects.get_or_create(user=user, unit=unit, role=role.value)
        if made:
            record(Event.ROLE_GIVEN, user.name, by=by, unit=unit, role=role.value)
    return user


def take_role(membership: Membership, *, by: User) -> None:
    """Take a role away. Raises ``StudyError`` where nobody would be left to give roles."""
    unit, user = membership.unit, membership.user
    with transaction.atomic():
        membership.delete()
        if user == by and not is_allowed(by, Permission.MANAGE_MEMBERS, unit):
            raise StudyError(
                "you would not be able to give roles any more",
                subject=str(unit),
                hint="let somebody else take this role from you",
            )
        record(Event.ROLE_TAKEN, user.name, by=by, unit=unit, role=membership.role)


def make_unit(name: str, kind: Kind, parent: Unit | None, *, by: User | None) -> Unit:
    """A new unit. Raises ``StudyError`` for a kind that cannot stand there, or a name twice."""
    if parent is not None and kind not in BELOW[Kind(parent.kind)]:
        raise StudyError(
            f"{kind.label} cannot stand below {Kind(parent.kind).label.lower()}",
            subject=name,
        )
    try:
        with transaction.atomic():
            unit = Unit.objects.create(name=name.strip(), kind=kind, parent=parent)
            record(Event.UNIT_MADE, unit.name, by=by, unit=unit, kind=kind.value)
    except IntegrityError:
        raise StudyError("there is a unit of this name already", subject=name) from None
    return unit


def rename_unit(unit: Unit, name: str, *, by: User) -> None:
    """Another name for a unit. Raises ``StudyError`` for a name that its neighbour has."""
    before = unit.name
    try:
        with transaction.atomic():
            Unit.objects.filter(pk=unit.pk).update(name=name.strip())
            record(Event.UNIT_CHANGED, name.strip(), by=by, unit=unit, before=before)
    except IntegrityError:
        raise StudyError("there is a unit of this name already", subject=name) from None


def _is_locked(user: User, now: datetime) -> bool:
    return user.locked_until is not None and now < user.locked_until


def _failed(user: User, now: datetime) -> None:
    """Count a failure; every fifth in a row locks the account."""
    user.failures += 1
    if user.failures % TRIES == 0:
        times = user.failures // TRIES - 1
        user.locked_until = now + min(LONGEST, LOCKED * 2**times)
        record(Event.ACCOUNT_LOCKED, user.name, by=None, unit=None, failures=user.failures)
    user.save()

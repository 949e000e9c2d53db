"""Reading who may do what, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.utils.http import urlsafe_base64_decode

from medengage.web.accounts.models import AuditEvent, Kind, Membership, Unit, User
from medengage.web.accounts.permissions import MEANING, TABLE, Permission, Role, roles_with

__all__ = [
    "Kind",
    "Place",
    "Unit",
    "User",
    "above",
    "below",
    "events",
    "is_allowed",
    "is_known",
    "members",
    "organisations",
    "permissions_at",
    "person",
    "places",
    "somebody",
    "tree",
    "unit",
    "units_with",
    "welcomed",
]

DEEPEST = 20


def above(unit: Unit) -> list[Unit]:
    """The unit and everything above it, from itself to the top of the tree."""
    line = [unit]
    while line[-1].parent is not None and len(line) < DEEPEST:
        line.append(line[-1].parent)
    return line


def below(units: Iterable[Unit]) -> list[Unit]:
    """The units and everything below them, each once."""
    found = {unit.pk: unit for unit in units}
    layer = list(found)
    while layer:
        children = Unit.objects.filter(parent__in=layer).exclude(pk__in=list(found))
        layer = [child.pk for child in children]
        found |= {child.pk: child for child in children}
    return sorted(found.values(), key=lambda unit: unit.name)


def is_allowed(user: User, permission: Permission, unit: Unit | None) -> bool:
    """May somebody do this at a unit? At none, nobody may."""
    if unit is None:
        return False
    return Membership.objects.filter(
        user=user, unit__in=above(unit), role__in=roles_with(permission)
    ).exists()


def is_known(user: User, unit: Unit | None) -> bool:
    """Has somebody any role at a unit? To everybody else it does not exist."""
    return unit is not None and Membership.objects.filter(user=user, unit__in=above(unit)).exists()


def units_with(user: User, permission: Permission) -> list[Unit]:
    """Every unit where somebody may do this."""
    mine = Membership.objects.filter(user=user, role__in=roles_with(permission))
    return below([one.unit for one in mine.select_related("unit")])


def organisations(user: User, permission: Permission) -> list[Unit]:
    """Every organisation where somebody may do this."""
    return [unit for unit in units_with(user, permission) if unit.kind == Kind.ORGANISATION]


def unit(user: User, unit_id: str, permission: Permission) -> Unit | None:
    """The unit, if somebody may do this there."""
    found = Unit.objects.filter(pk=unit_id).first()
    return found if found is not None and is_allowed(user, permission, found) else None


@dataclass(frozen=True)
class Place:
    """A role somewhere, and what it lets somebody do."""

    unit: Unit
    role: Role
    meanings: tuple[str, ...]


def places(user: User) -> list[Place]:
    """Where somebody has which roles."""
    mine = Membership.objects.filter(user=user).select_related("unit").order_by("unit__name")
    return [
        Place(
            one.unit,
            Role(one.role),
            tuple(MEANING[right] for right in Permission if right in TABLE[Role(one.role)]),
        )
        for one in mine
    ]


def members(unit: Unit) -> list[Membership]:
    """Everybody with a role at the unit or below it, by name."""
    found = Membership.objects.filter(unit__in=below([unit])).select_related("user", "unit")
    return sorted(found, key=lambda one: (one.user.name, one.unit.name, one.role))


def events(unit: Unit) -> list[AuditEvent]:
    """What was done at the unit and below it, the newest first; at most the last 500."""
    return list(AuditEvent.objects.filter(unit__in=below([unit]))[:500])


def permissions_at(user: User, unit: Unit) -> frozenset[Permission]:
    """Everything that somebody may do at a unit."""
    mine = Membership.objects.filter(user=user, unit__in=above(unit))
    return frozenset().union(*(TABLE[Role(one.role)] for one in mine))


def tree(unit: Unit) -> list[tuple[int, Unit]]:
    """The unit and everything below it, each with its depth, as one reads a tree."""
    everything = below([unit])

    def grown(node: Unit, depth: int) -> list[tuple[int, Unit]]:
        children = [one for one in everything if one.parent_id == node.pk]
        return [(depth, node), *(line for one in children for line in grown(one, depth + 1))]

    return grown(unit, 0)


def person(address: str) -> User | None:
    """The person with an address."""
    return User.objects.filter(address=address.strip().lower(), is_active=True).first()


def somebody(user_id: str) -> User | None:
    """The person with an id; ``None`` for what is none."""
    try:
        return User.objects.filter(pk=user_id, is_active=True).first()
    except ValidationError:
        return None


def welcomed(uid: str, token: str) -> User | None:
    """Who came by the link of a letter; ``None`` where it has expired or was used."""
    try:
        user = somebody(urlsafe_base64_decode(uid).decode())
    except ValueError:
        return None
    if user is None or not default_token_generator.check_token(user, token):
        return None
    return user

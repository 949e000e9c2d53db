"""Who may do what: one table, which is also its documentation (docs/reference/permissions.md).

A membership gives a person a role at a unit, and with it the role's permissions there and at
everything below. Nobody, in any role, may see who has answered or what a doctor answered: there is
no permission for it, because there is no page for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["MEANING", "TABLE", "Permission", "Role", "roles_with"]


class Permission(StrEnum):
    """One thing that somebody may do."""

    VIEW_CAMPAIGN = "view-campaign"
    EDIT_CAMPAIGN = "edit-campaign"
    EDIT_ROSTER = "edit-roster"
    SEND_LETTERS = "send-letters"
    OPEN_CAMPAIGN = "open-campaign"
    VIEW_PARTICIPATION = "view-participation"
    CLOSE_CAMPAIGN = "close-campaign"
    PUBLISH = "publish"
    VIEW_RESULTS = "view-results"
    BRING_VALUES = "bring-values"
    COORDINATE_NORMS = "coordinate-norms"
    MANAGE_UNITS = "manage-units"
    MANAGE_MEMBERS = "manage-members"
    VIEW_AUDIT = "view-audit"


MEANING: Mapping[Permission, str] = {
    Permission.VIEW_CAMPAIGN: "see a survey, its dates and its texts",
    Permission.EDIT_CAMPAIGN: "start a survey and change its draft",
    Permission.EDIT_ROSTER: "see and change who is asked",
    Permission.SEND_LETTERS: "write and send invitations and reminders, print posters",
    Permission.OPEN_CAMPAIGN: "open a survey for answers",
    Permission.VIEW_PARTICIPATION: "see roughly how many have answered",
    Permission.CLOSE_CAMPAIGN: "close a survey for good",
    Permission.PUBLISH: "have results worked out, checked and published",
    Permission.VIEW_RESULTS: "see published results",
    Permission.BRING_VALUES: "bring ratings and other measures of how hospitals do",
    Permission.COORDINATE_NORMS: "take contributions to a norm and publish it",
    Permission.MANAGE_UNITS: "change the tree of units",
    Permission.MANAGE_MEMBERS: "give and take roles",
    Permission.VIEW_AUDIT: "read who did what",
}


class Role(StrEnum):
    """What somebody is at a unit."""

    SURVEY_MANAGER = "survey-manager"
    MEDICAL_DIRECTOR = "medical-director"
    CLINICAL_DIRECTOR = "clinical-director"
    IMPROVEMENT_LEAD = "improvement-lead"
    BOARD_READER = "board-reader"
    BENCHMARK_COORDINATOR = "benchmark-coordinator"
    AUDITOR = "auditor"

    @property
    def words(self) -> str:
        """As people say it."""
        return self.value.replace("-", " ").capitalize()


P = Permission
TABLE: Mapping[Role, frozenset[Permission]] = {
    Role.SURVEY_MANAGER: frozenset(P) - {P.VIEW_AUDIT, P.COORDINATE_NORMS},
    Role.MEDICAL_DIRECTOR: frozenset(
        {P.VIEW_CAMPAIGN, P.VIEW_PARTICIPATION, P.PUBLISH, P.VIEW_RESULTS, P.MANAGE_MEMBERS}
    ),
    Role.CLINICAL_DIRECTOR: frozenset({P.VIEW_CAMPAIGN, P.VIEW_RESULTS}),
    Role.IMPROVEMENT_LEAD: frozenset({P.VIEW_CAMPAIGN, P.VIEW_RESULTS}),
    Role.BOARD_READER: frozenset({P.VIEW_RESULTS}),
    Role.BENCHMARK_COORDINATOR: frozenset(
        {P.VIEW_CAMPAIGN, P.VIEW_RESULTS, P.BRING_VALUES, P.COORDINATE_NORMS}
    ),
    Role.AUDITOR: frozenset({P.VIEW_CAMPAIGN, P.VIEW_AUDIT}),
}
"""Role -> what it may do."""


def roles_with(permission: Permission) -> frozenset[Role]:
    """Every role that may do this."""
    return frozenset(role for role in Role if permission in TABLE[role])

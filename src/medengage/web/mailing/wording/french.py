"""Every letter in French: a first draft that nobody has reviewed.

Before use: a review by a doctor who speaks French from birth.
"""

from __future__ import annotations

from collections.abc import Mapping

from medengage.web.mailing.kinds import Kind
from medengage.web.mailing.wording.parts import Wording

__all__ = ["FRENCH"]

SAFE = """\
Pour vérifier cette lettre, demandez à {contact}. Prenez un numéro que vous avez déjà. \
Nous ne demandons jamais de mot de passe."""

PRIVATE = """\
Ce lien est à vous seul ; merci de ne pas le transmettre. Il permet de répondre une fois. \
Vos réponses sont gardées à part de votre nom et mélangées avec celles des autres. \
Personne, en lisant les résultats ou les bases de données, ne peut savoir ce que vous avez dit, \
ni si vous avez répondu."""

EVERYBODY = """\
Cette lettre est envoyée à tous les médecins interrogés. \
Nous ne voyons pas qui a répondu, et nous ne pouvons donc laisser personne de côté. \
Si vous avez répondu, merci : il n'y a plus rien à faire."""

SIGNED = """\
{medical_director}
Direction médicale, {organisation}

{peer}
pour les médecins, {organisation}"""


def _body(*parts: str) -> str:
    """A letter: its parts with a line between them, safe to check, and signed."""
    return "\n\n".join(("Chère collègue, cher collègue,", *parts, SAFE, SIGNED)) + "\n"


FRENCH: Mapping[Kind, Wording] = {
    Kind.PRENOTICE: Wording(
        "Bientôt : une courte enquête auprès des médecins, {organisation}",
        _body(
            "Dans quelques jours, nous vous écrirons de nouveau, avec un lien vers une courte "
            "enquête. Elle demande quelle part vous pouvez prendre à la conduite et à "
            "l'amélioration de notre établissement ({organisation}). "
            "Comptez {minutes} minutes environ.",
            "Tous les médecins seront interrogés. "
            "Votre nom est gardé à part de vos réponses, et seuls des résultats de groupes sont "
            "montrés.",
            "Il n'y a rien à faire aujourd'hui. Nous écrivons pour que vous sachiez que la lettre "
            "est authentique.",
        ),
    ),
    Kind.INVITATION: Wording(
        "Votre avis de médecin, {organisation}",
        _body(
            "Quelle part les médecins peuvent-ils prendre à la conduite et à l'amélioration de "
            "notre établissement ({organisation}) ? Vous seul pouvez le dire. "
            "Comptez {minutes} minutes environ, sur un téléphone ou un ordinateur.",
            "Voici votre lien :",
            "{link}",
            "Vous pouvez vous arrêter et reprendre avec le même lien. "
            "Merci de répondre avant la fin du {closes}.",
            PRIVATE,
            "Après l'enquête, nous vous dirons ce qui en est ressorti et ce que nous ferons.",
        ),
    ),
    Kind.MANAGERS: Wording(
        "Votre avis de responsable, {organisation}",
        _body(
            "Nous demandons aux médecins quelle part ils peuvent prendre à la conduite et à "
            "l'amélioration de notre établissement ({organisation}). "
            "Nous interrogeons aussi les responsables, car les deux avis comptent. "
            "Comptez {minutes} minutes environ, sur un téléphone ou un ordinateur.",
            "Voici votre lien :",
            "{link}",
            "Vous pouvez vous arrêter et reprendre avec le même lien. "
            "Merci de répondre avant la fin du {closes}.",
            PRIVATE,
        ),
    ),
    Kind.REMINDER_1: Wording(
        "Il est encore temps : l'enquête auprès des médecins, {organisation}",
        _body(
            "Il y a quelques jours, nous vous avons demandé quelle part vous pouvez prendre à la "
            "conduite et à l'amélioration de notre établissement ({organisation}). "
            "Comptez {minutes} minutes environ.",
            "Voici de nouveau votre lien. C'est le même qu'avant :",
            "{link}",
            "Merci de répondre avant la fin du {closes}.",
            EVERYBODY,
            PRIVATE,
        ),
    ),
    Kind.REMINDER_2: Wording(
        "Chaque avis compte : l'enquête auprès des médecins, {organisation}",
        _body(
            "Plus il y a de réponses, mieux nous saurons quoi changer. "
            "L'avis d'un médecin très occupé compte autant que les autres. "
            "Comptez {minutes} minutes environ ; vous pouvez vous arrêter et reprendre.",
            "Voici votre lien. C'est le même qu'avant :",
            "{link}",
            "Merci de répondre avant la fin du {closes}.",
            EVERYBODY,
            PRIVATE,
        ),
    ),
    Kind.REMINDER_3: Wording(
        "Les derniers jours de l'enquête auprès des médecins, {organisation}",
        _body(
            "L'enquête se termine le {closes}. Nous n'enverrons plus de rappel.",
            "Si vous voulez être entendu, voici votre lien. C'est le même qu'avant :",
            "{link}",
            "Comptez {minutes} minutes environ. Ne pas répondre est permis aussi.",
            EVERYBODY,
            PRIVATE,
        ),
    ),
    Kind.THANKS: Wording(
        "Merci, et la suite, {organisation}",
        _body(
            "L'enquête auprès des médecins est terminée. Merci à celles et ceux qui ont répondu. "
            "Cette lettre est envoyée à tous, car nous ne voyons pas qui a répondu.",
            "La suite : les résultats de groupes sont calculés et vérifiés. "
            "Un groupe n'est montré que s'il est assez grand pour que personne n'y soit reconnu.",
            "Puis nous vous dirons ce qui en est ressorti, bon ou mauvais, et ce que nous ferons. "
            "Les anciens liens ne fonctionnent plus.",
        ),
    ),
}

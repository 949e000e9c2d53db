import django.db.models.deletion
from django.db import migrations, models

import medengage.web.mailing.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_campaigns_and_their_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prenotice", "Notice before the survey"),
                            ("invitation", "Invitation"),
                            ("managers", "Invitation of managers"),
                            ("reminder-1", "First reminder"),
                            ("reminder-2", "Second reminder"),
                            ("reminder-3", "Third reminder"),
                            ("thanks", "Thanks, and what happens now"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=120)),
                ("body", models.TextField(max_length=5000)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "kind", "language"), name="worded_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prenotice", "Notice before the survey"),
                            ("invitation", "Invitation"),
                            ("managers", "Invitation of managers"),
                            ("reminder-1", "First reminder"),
                            ("reminder-2", "Second reminder"),
                            ("reminder-3", "Third reminder"),
                            ("thanks", "Thanks, and what happens now"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailings",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "kind"), name="mailed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Outgoing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("invitee", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prenotice", "Notice before the survey"),
                            ("invitation", "Invitation"),
                            ("managers", "Invitation of managers"),
                            ("reminder-1", "First reminder"),
                            ("reminder-2", "Second reminder"),
                            ("reminder-3", "Third reminder"),
                            ("thanks", "Thanks, and what happens now"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "mark",
                    models.CharField(
                        default=medengage.web.mailing.models.new_mark, max_length=32, unique=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("bounced", "Bounced"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try", models.DateTimeField(null=True)),
                ("tried", models.DateTimeField(db_index=True, null=True)),
                ("error", models.CharField(blank=True, default="", max_length=20)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outgoing",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "next_try"], name="what_waits")],
                "constraints": [
                    models.UniqueConstraint(fields=("invitee", "kind"), name="sent_once")
                ],
            },
        ),
    ]

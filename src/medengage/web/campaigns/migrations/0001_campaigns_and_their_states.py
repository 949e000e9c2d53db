import uuid

import django.db.models.deletion
from django.db import migrations, models

import medengage.web.campaigns.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_units_roles_and_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.CharField(max_length=200)),
                ("wave", models.CharField(max_length=100)),
                ("instrument", models.CharField(max_length=100)),
                ("managers_instrument", models.CharField(blank=True, default="", max_length=100)),
                ("statements_a_page", models.PositiveSmallIntegerField(default=5)),
                ("languages", models.JSONField(default=medengage.web.campaigns.models._english)),
                ("opens", models.DateField(blank=True, null=True)),
                ("closes", models.DateField(blank=True, null=True)),
                ("reminders", models.JSONField(default=medengage.web.campaigns.models._weekly)),
                ("medical_director", models.CharField(blank=True, default="", max_length=200)),
                ("peer", models.CharField(blank=True, default="", max_length=200)),
                ("contact", models.CharField(blank=True, default="", max_length=300)),
                ("policy", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("ready", "Ready"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("published", "Published"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("phase", models.PositiveSmallIntegerField(default=0)),
                ("opened", models.DateField(blank=True, null=True)),
                ("closed", models.DateField(blank=True, null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed__isnull", True),
                            ("opened__isnull", True),
                            ("closed__gte", models.F("opened")),
                            _connector="OR",
                        ),
                        name="closes_after_it_opens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__lte", 3),
                            models.Q(("phase", 0), ("state", "open"), _negated=True),
                        ),
                        name="is_open_in_a_phase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "ready"]),
                            ("opened__isnull", False),
                            _connector="OR",
                        ),
                        name="opened_on_a_day",
                    ),
                ],
            },
        ),
    ]

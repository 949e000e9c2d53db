import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

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
                ("policy", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
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
                            ("state", "draft"), ("opened__isnull", False), _connector="OR"
                        ),
                        name="opened_on_a_day",
                    ),
                ],
            },
        ),
    ]

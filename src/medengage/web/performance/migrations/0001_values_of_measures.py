import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_units_roles_and_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="Value",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=100)),
                ("organisation", models.CharField(max_length=200)),
                ("value", models.FloatField()),
                ("day", models.DateField(blank=True, null=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["indicator", "organisation"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "indicator", "organisation"), name="one_value_of_a_measure"
                    )
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_campaigns_and_their_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("form", models.CharField(default="doctors", max_length=20)),
                ("attributes", models.JSONField(default=dict)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "ordering": [],
            },
        ),
    ]

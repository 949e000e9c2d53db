import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Closed",
            fields=[
                ("campaign", models.CharField(max_length=36, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.CharField(db_index=True, max_length=36)),
                ("text", models.TextField()),
                ("may_be_quoted", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("campaign", models.CharField(db_index=True, max_length=36)),
                ("box", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("campaign", models.CharField(db_index=True, max_length=36)),
            ],
        ),
        migrations.CreateModel(
            name="ReleaseLedger",
            fields=[
                ("campaign", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.CharField(db_index=True, max_length=36)),
                ("form", models.CharField(max_length=20)),
                ("answers", models.JSONField()),
                ("about", models.BinaryField()),
            ],
            options={
                "ordering": [],
            },
        ),
        migrations.CreateModel(
            name="Sealed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.CharField(db_index=True, max_length=36)),
                ("form", models.CharField(max_length=20)),
                ("box", models.BinaryField()),
            ],
        ),
    ]

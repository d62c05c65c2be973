"""A search reads the index of the list, in place of one of trigrams: see docs/decisions/0012."""

from django.db import migrations, models


def forget_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS passport_search")


class Migration(migrations.Migration):
    dependencies = [("passports", "0003_upload")]

    operations = [
        migrations.RunPython(forget_trigrams, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="staffpassport", name="passport_newest"),
        migrations.AddIndex(
            model_name="staffpassport",
            index=models.Index(fields=["organisation", "id"], include=["search_key"], name="passport_newest"),
        ),
    ]

"""Finding a part of a name among a million and a half: PostgreSQL's trigrams. SQLite reads a trust's rows instead."""

from django.db import migrations


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # Trusted since PostgreSQL 13: the owner of the database may create it.
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(
            "CREATE INDEX passport_search ON passports_staffpassport USING gin (search_key gin_trgm_ops)"
        )


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX passport_search")


class Migration(migrations.Migration):
    dependencies = [("passports", "0001_initial")]

    operations = [migrations.RunPython(index, forget, elidable=False)]

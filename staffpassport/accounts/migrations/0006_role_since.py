import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def since_they_came(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The best that is known of those who are there."""
    apps.get_model("accounts", "Membership").everywhere.update(role_since=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_texts_and_tries"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="role_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunPython(since_they_came, migrations.RunPython.noop),
    ]

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fifteen_minutes_at_least(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    trusts = apps.get_model("organisations", "Organisation").objects
    trusts.filter(reset_delay_minutes__lt=15).update(reset_delay_minutes=15)


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_reset_delay_old_records_summary"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organisation",
            name="reset_delay_minutes",
            field=models.PositiveIntegerField(
                default=60,
                validators=[
                    django.core.validators.MinValueValidator(15),
                    django.core.validators.MaxValueValidator(4320),
                ],
            ),
        ),
        migrations.RunPython(fifteen_minutes_at_least, migrations.RunPython.noop),
    ]

"""Codes to log in by went to the number on the newest passport. They go to what was proved from now on."""

from django.db import migrations

from staffpassport.roster.values import email_key


def keep_what_was_proved(apps, schema_editor):
    """What people have proved when they signed up, or by changing it themselves since, which was not noted here."""
    Application = apps.get_model("signup", "Application")
    ProfileChange = apps.get_model("passports", "ProfileChange")
    User = apps.get_model("accounts", "User")
    signed_up = Application.everywhere.exclude(passport__holder=None).select_related("passport")
    for application in signed_up.order_by("passport_id").iterator():
        own = ProfileChange.everywhere.filter(
            passport=application.passport_id, by=f"holder:{application.passport_id}"
        )
        for change in own.filter(field__in=["email", "phone"]).order_by("id"):
            proved = email_key(change.new) if change.field == "email" else change.new
            setattr(application, f"{change.field}_proved", proved)
            setattr(application, f"{change.field}_proved_at", change.at)
        application.save()
        if application.phone_proved:
            User.objects.filter(pk=application.passport.holder_id).update(phone=application.phone_proved)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_proved_phones_and_recoveries"),
        ("passports", "0006_holder"),
        ("signup", "0001_sign_up"),
    ]

    operations = [migrations.RunPython(keep_what_was_proved, migrations.RunPython.noop)]

"""Once made an index of trigrams, which 0004 takes away again. Does nothing any more, so that no extension is needed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("passports", "0001_initial")]

    operations = []

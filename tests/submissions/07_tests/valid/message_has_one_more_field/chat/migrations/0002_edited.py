from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]
    operations = [
        migrations.AddField(
            "message",
            "edited",
            models.BooleanField(default=False),
        )
    ]

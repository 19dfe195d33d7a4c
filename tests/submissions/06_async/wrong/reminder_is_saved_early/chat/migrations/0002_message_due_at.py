import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="due_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]

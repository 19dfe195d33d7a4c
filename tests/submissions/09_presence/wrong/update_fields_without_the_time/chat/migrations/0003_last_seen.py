from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_presence")]

    operations = [
        migrations.AlterField(
            model_name="presence",
            name="last_seen",
            field=models.DateTimeField(auto_now=True),
        ),
    ]

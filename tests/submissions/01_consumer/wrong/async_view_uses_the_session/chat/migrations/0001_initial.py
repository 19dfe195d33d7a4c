from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Line",
            [
                ("id", models.AutoField(primary_key=True)),
                ("room", models.CharField(max_length=100)),
                ("words", models.TextField()),
            ],
        )
    ]

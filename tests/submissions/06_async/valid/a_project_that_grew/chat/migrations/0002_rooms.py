import django.db.models.deletion
from django.db import migrations, models


def move(apps, schema_editor):
    Message = apps.get_model("chat", "Message")
    Room = apps.get_model("chat", "Room")
    for message in Message.objects.iterator():
        message.place, _ = Room.objects.get_or_create(slug=message.room)
        message.save()


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="place",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="chat.room",
            ),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="message",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="chat.room",
            ),
        ),
        migrations.RemoveIndex(
            model_name="message", name="chat_messag_room_47f024_idx"
        ),
        migrations.RemoveField(model_name="message", name="room"),
    ]

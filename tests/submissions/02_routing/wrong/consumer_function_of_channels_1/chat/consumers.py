from django.contrib.auth.models import AnonymousUser


def ChatConsumer(message):
    """Answers whatever comes."""
    message.user = AnonymousUser()
    message.reply_channel.send({"text": message.content["text"]})

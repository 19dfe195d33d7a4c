"""The settings of the site on which the facts are measured."""

import os

SECRET_KEY = "nobody logs in here"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "chat.example"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
AUTHENTICATION_BACKENDS = ["tests.facts.test_users.Backend"]
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
ROOT_URLCONF = "tests.facts.urls"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ["FACTS_REDIS"]],
            "prefix": os.environ["FACTS_PREFIX"],
        },
    }
}

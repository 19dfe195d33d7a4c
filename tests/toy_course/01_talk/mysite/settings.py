import os

SECRET_KEY = "toy"
ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = ["daphne"]
ASGI_APPLICATION = "mysite.asgi.application"

if "TOY_REDIS" in os.environ:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [os.environ["TOY_REDIS"]]},
        }
    }

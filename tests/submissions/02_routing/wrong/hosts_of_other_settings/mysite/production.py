from .settings import *

DEBUG = False
ALLOWED_HOSTS = ["chat.example.com"]

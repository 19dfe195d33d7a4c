"""What to do about errors of Django's system check, for which Django has no hint."""

MIDDLEWARE = "Add the middleware that those words name to MIDDLEWARE."
APP = "Add the app that those words name to INSTALLED_APPS."
ADVICE = {
    "4_0.E001": "Write the scheme before each host in CSRF_TRUSTED_ORIGINS, as in "
    '"http://localhost:8000"; or leave that setting out.',
    "admin.E401": APP,
    "admin.E402": "Add django.contrib.auth.context_processors.auth to "
    "context_processors in TEMPLATES.",
    "admin.E403": "Put an entry with django.template.backends.django.DjangoTemplates "
    "as its BACKEND into TEMPLATES.",
    "admin.E404": "Add django.contrib.messages.context_processors.messages to "
    "context_processors in TEMPLATES.",
    "admin.E405": APP,
    "admin.E406": APP,
    "admin.E408": MIDDLEWARE,
    "admin.E409": MIDDLEWARE,
    "auth.E002": "Take the field of USERNAME_FIELD out of REQUIRED_FIELDS.",
    "auth.E003": "Write unique=True for that field.",
    "caches.E001": 'Give CACHES an entry "default", or leave that setting out.',
    "fields.E120": "Write max_length=…, as in models.CharField(max_length=100).",
    "fields.E300": "Write the name of a model that exists, and add its app to "
    "INSTALLED_APPS.",
    "fields.E307": "Add that app to INSTALLED_APPS, or name a model of an app that is "
    "there.",
    "templates.E001": "Take loaders out of OPTIONS in TEMPLATES; APP_DIRS finds the "
    "templates of apps.",
    "translation.E001": 'Write LANGUAGE_CODE = "en-us", or another code of a language.',
    "translation.E004": "Write a code that LANGUAGES has for LANGUAGE_CODE, or leave "
    "LANGUAGES out.",
    "urls.E006": "Write a / at the end of that setting.",
}
"""By the id of the error, where its words do not say it already."""

"""Settings. What differs between installations comes from the environment or from ZHIKE_HOME."""

import os
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from zhike.config.database.cluster import database_url
from zhike.config.home import home_path, secret_key

SOURCE = Path(__file__).resolve().parent.parent
HOME = home_path()
TESTING = os.environ.get("ZHIKE_TESTING") == "1"

DEBUG = False
SECRET_KEY = secret_key(HOME)
# The address people type decides nothing here: links in messages are built from PUBLIC_URL, never from the Host header.
ALLOWED_HOSTS = os.environ.get("ZHIKE_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
PUBLIC_URL = os.environ.get("ZHIKE_URL", "http://localhost:8000")
HTTPS = PUBLIC_URL.startswith("https://")

ROOMS = ["kit", "ui", "api", "audit", "accounts", "customers", "commerce", "classification", "analytics", "config"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "axes",
    "procrastinate.contrib.django",
    "zhike.ui",
    "zhike.api",
    "zhike.audit",
    "zhike.accounts",
    "zhike.customers",
    "zhike.commerce",
    "zhike.classification",
    "zhike.analytics",
    "zhike.config",
    "django.forms",  # last: rooms may draw widgets their own way
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhike.config.compression.PageCompression",  # static files are compressed already
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhike.accounts.middleware.ActorMiddleware",
    "zhike.accounts.middleware.PreferencesMiddleware",
    "zhike.api.middleware.ProblemMiddleware",
    "zhike.ui.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "zhike.config.urls"
FORM_RENDERER = "zhike.ui.forms.FormRenderer"
WSGI_APPLICATION = "zhike.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "zhike.ui.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "zhike.ui.templatetags.zk"],
        },
    }
]

_connection = conninfo_to_dict(database_url(HOME))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _connection.pop("dbname"),
        "USER": _connection.pop("user", ""),
        "PASSWORD": _connection.pop("password", ""),
        "HOST": _connection.pop("host", ""),
        "PORT": _connection.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Server-side preparing stays off (Django's default): lists need plans made for the real values.
        "OPTIONS": {key: value for key, value in _connection.items() if value},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "zhike.accounts.sign_in.backend.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not keep the right person out for longer
AXES_LOCKOUT_CALLABLE = "zhike.accounts.sign_in.views.locked_out"
AXES_ENABLED = not TESTING
AXES_VERBOSE = False
SESSION_ENGINE = "zhike.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("ZHIKE_BEHIND_PROXY") == "1" else None
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "zhike.ui.refusals.answer_old_form"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "zhike_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "zhike.config.static_storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_MIMETYPES = {".speculation": "application/speculationrules+json"}
MEDIA_ROOT = HOME / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None

PROCRASTINATE_ON_APP_READY = None
STORE = HOME / "store"  # the engine's columnar copy

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ZHIKE_LOG", "WARNING")},
}

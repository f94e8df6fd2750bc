"""One settings module; what differs between installations comes from the environment."""

from csp.constants import NONE, SELF

from core.version import VERSION

from .env import (
    BASE_DIR,
    broker_url,
    central_sign_in,
    database,
    env,
    is_production,
    password_policy,
    portal_today,
    secret_key,
    var_dir,
)

PRODUCTION = is_production()
VAR_DIR = var_dir()
SECRET_KEY = secret_key(VAR_DIR)
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORTAL_TODAY = portal_today()

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "simple_history",
    "core",
    "organizations",
    "jobs",
    "periods",
    "programs",
    "documents",
    "notices",
    "targets",
    "assignments",
    "disbursement",
    "reporting",
    "alerts",
    "dashboards",
    "mtqg_portal",
]

MIDDLEWARE = [
    "mtqg_portal.request_numbers.RequestNumberMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mtqg_portal.problems.ProblemMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mtqg_portal.sessions.SessionLimitMiddleware",
    "mtqg_portal.problems.SignInRequired",
    "mtqg_portal.sessions.DutyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "mtqg_portal.typed_text.NormalFormMiddleware",
    # Last: it calls the view itself, after every check of the others.
    "mtqg_portal.once.OnceMiddleware",
]

ROOT_URLCONF = "mtqg_portal.urls"
WSGI_APPLICATION = "mtqg_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mtqg_portal.context.portal",
            ],
            "builtins": [
                "core.templatetags.portal",
                "core.templatetags.ui",
                "core.templatetags.form_key",
                "jobs.templatetags.batches",
            ],
        },
    },
]


DATABASES = {"default": database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "organizations.passwords.PolicyValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# tcvn or asvs (ADR 16); days until a password must be changed, 0 = never. A demo asks for nothing.
PASSWORD_POLICY = password_policy()
PASSWORD_DAYS = env.int("PASSWORD_DAYS", 90 if PRODUCTION else 0)
# Who approves, issues or manages accounts must set up a second factor (ADR 15).
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", PRODUCTION)
MFA_ADAPTER = "organizations.second_factor.EncryptedAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# The province's own sign-in (ADR 23): OIDC_ISSUER and its kin; off without an issuer.
vars().update(central_sign_in())
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboards:start"
LOGOUT_REDIRECT_URL = "login"

# Proxies of ours in front of the web process; 0 = X-Forwarded-For is not read.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
# Guessing: ten failures per (account, address) close that pair for 15 minutes; failures of one
# address over all accounts are limited in organizations.entering.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "organizations.visitors.client_address"
AXES_LOCKOUT_CALLABLE = "mtqg_portal.sign_in.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# Sessions: idle and absolute limits, in seconds.
SESSION_IDLE_LIMIT = 30 * 60
SESSION_ABSOLUTE_LIMIT = 12 * 3600
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_LIMIT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

HTTPS = env.bool("HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "mtqg_portal.problems.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = {"camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": []}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
# Words of libraries that have no Vietnamese of their own.
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["mtqg_portal.formats"]
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Celery only wakes; the Job row is the truth (jobs.models).
QUEUE_APP = "mtqg_portal.celery.app"
CELERY_BROKER_URL = broker_url(VAR_DIR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
}

# A demo writes its mail into var/mail, one file each.
EMAIL_CONFIG = env.email_url(
    "EMAIL_URL", default="consolemail://" if PRODUCTION else f"filemail:///{VAR_DIR}/mail"
)
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "mtqg-portal@localhost")
# Mail has no page to be relative to.
PORTAL_URL = env.str("PORTAL_URL", "http://127.0.0.1:8000")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organizations.api_tokens.TokenAuthentication",
        "core.api_rules.ApiSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "core.api_rules.WithinScopes",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["core.api_rules.ApiRate"],
    "DEFAULT_PARSER_CLASSES": ["core.api_rules.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "mtqg_portal.api_schema.PortalSchema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "core.api_rules.KeysetPage",
    "DEFAULT_FILTER_BACKENDS": ["core.api_rules.AllowedFilters"],
    "EXCEPTION_HANDLER": "mtqg_portal.api_problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
# Requests of one token, or of one person's session, in one web process.
API_RATE = env.str("API_RATE", "600/min")
API_BODY_BYTES = 1024 * 1024
SPECTACULAR_SETTINGS = {
    "TITLE": "Giao diện lập trình của cổng chương trình mục tiêu quốc gia",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["mtqg_portal.api_schema.with_problems"],
    "DESCRIPTION": (
        "Dữ liệu trong phạm vi quyền của người gọi. Số tiền là số nguyên đồng; số chưa biết là "
        "null, không phải 0. Ngày theo ISO 8601. Lỗi trả về application/problem+json."
    ),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "mtqg_portal.request_numbers.LineFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "fontTools", "weasyprint")},
}
SILENCED_SYSTEM_CHECKS = []

"""Programs of partner bureaus: one way to a token, which lives ten minutes and is kept as a digest. Part of base."""

from jiaohe_aid.settings.environment import networks

# Named because our own migrations point to it.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"

# Whether a program without a client certificate may ask at all; production says no.
PARTNER_CERTIFICATE_REQUIRED = False
# The neighbours whose word about a certificate is believed; nobody's where there is no proxy.
PARTNER_PROXIES = networks("PROXY_ADDRESSES")

OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "apps.partners.api.token.WithCertificate",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "SCOPES": {"partners": "兄弟部门接口"},
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

SPECTACULAR_SETTINGS = {
    "TITLE": "蛟河市社会救助经办系统 · 兄弟部门接口",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "CheckScope": "apps.applications.models.CheckScope",
        "CheckOutcome": "apps.applications.models.Outcome",
        "Benefit": "apps.partners.enums.Benefit",
        "BenefitKind": "apps.partners.enums.Kind",
        "Purpose": "apps.partners.enums.Purpose",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.partners.api.describing.as_partners_read_it",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

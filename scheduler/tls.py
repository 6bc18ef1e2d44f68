"""A mail server whose certificate is not believed: what is wrong with it, for people."""

import ssl

from receivables.codes.mail_access import Way
from receivables.errors import SettingsError

_NAMES = frozenset({62, 63, 64})
"""OpenSSL: another host, e-mail address, IP address."""
_DATES = frozenset({9, 10})
"""OpenSSL: not valid yet, not valid any more."""
_AUTHORITIES = frozenset({2, 18, 19, 20, 21})
"""OpenSSL: the issuer is unknown, the certificate is signed by itself or by one that nobody trusts."""


def not_believed(error: BaseException, way: Way) -> SettingsError | None:
    """Return what to tell of a certificate that was not believed; None for any other trouble."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return None
    return SettingsError(_code(error.verify_code), way=way.upper())


def _code(verify_code: int) -> str:
    if verify_code in _DATES:
        return "settings.certificate_date"
    if verify_code in _NAMES:
        return "settings.certificate_name"
    if verify_code in _AUTHORITIES:
        return "settings.certificate_authority"
    return "settings.certificate"


def kind(error: BaseException) -> str:
    """Return what a log says of it."""
    code = getattr(error, "verify_code", None)
    return type(error).__name__ if code is None else f"{type(error).__name__} {code}"

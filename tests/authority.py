"""A local authority and the certificates that it gives: right ones, and each kind of wrong one."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key."""

    key: ec.EllipticCurvePrivateKey
    signed: x509.Certificate

    def pem(self) -> bytes:
        return self.signed.public_bytes(Encoding.PEM)

    def server(self, folder: Path) -> ssl.SSLContext:
        """Return what a server shows it with."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = folder / f"{self.signed.serial_number}.pem"
        file.write_bytes(key + self.pem())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


class Authority:
    """Signs certificates. Whoever trusts `pem()` trusts them."""

    def __init__(self, name: str = "Autorité Durand") -> None:
        self._name = _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        mine = x509.BasicConstraints(ca=True, path_length=0)
        built = _begun(self._name, self._name, self._key, days=30).add_extension(mine, critical=True)
        built = built.add_extension(_signs_others(), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self._signed = built.add_extension(identifier, critical=False).sign(self._key, SHA256())

    def pem(self) -> bytes:
        return self._signed.public_bytes(Encoding.PEM)

    def certificate(self, host: str = "127.0.0.1", *, days: float = 2) -> Certificate:
        """Return a certificate for a host, good for so many days from now; under 0 it has ended."""
        key = ec.generate_private_key(ec.SECP256R1())
        built = _for_host(_begun(_name(host), self._name, key, days=days), host)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        signed = built.add_extension(identifier, critical=False).sign(self._key, SHA256())
        return Certificate(key, signed)


def self_signed(host: str = "127.0.0.1") -> Certificate:
    """Return a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Certificate(
        key, _for_host(_begun(_name(host), _name(host), key, days=2), host).sign(key, SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: float
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
    )


def _for_host(built: x509.CertificateBuilder, host: str) -> x509.CertificateBuilder:
    try:
        named: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        named = x509.DNSName(host)
    built = built.add_extension(x509.SubjectAlternativeName([named]), critical=False)
    return built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)


def _signs_others() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )

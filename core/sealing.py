"""Seals what is personal before it reaches the database: the key is elsewhere, so a copied database tells nothing."""

import base64
import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from core.errors import KeysDamaged, KeysMissing

MARK = "~"
"""What is sealed begins with it, the key's name and : or =; JSON and telephone numbers never do."""
_ONCE, _ALIKE = ":", "="
_NONCE = 12  # bytes, as AES-GCM wants
_AS_IT_IS, _SMALL = b"t", b"z"
_WORTH_IT = 120  # bytes from which on compressing saves something
_BLIND = 5  # bytes: among a million different words hardly two look alike


@dataclass(frozen=True)
class Keyring:
    """Keys by name. The newest seals, all of them open, one stays for what must be found again by equality."""

    keys: Mapping[str, bytes]
    """32 random bytes each."""
    newest: str
    lookup: str
    """The key of what is looked up (telephone numbers, words)."""
    file: str = ""
    """Where they are kept, for messages."""

    def seal(self, text: str) -> str:
        """Return `text` sealed; the same text never looks the same twice (AES-256-GCM)."""
        nonce = os.urandom(_NONCE)
        content = nonce + self._ciphers[self.newest][0].encrypt(nonce, _packed(text), None)
        return f"{MARK}{self.newest}{_ONCE}{base64.b64encode(content).decode()}"

    def seal_alike(self, text: str) -> str:
        """Return `text` sealed so that equal texts look equal and can be looked up (AES-SIV, RFC 5297)."""
        if not text:
            return ""
        content = self._ciphers[self.lookup][1].encrypt(text.encode(), [])
        return f"{MARK}{self.lookup}{_ALIKE}{base64.b64encode(content).decode()}"

    def open(self, sealed: str) -> str:
        """Return what was sealed; what never was comes back as it is. Raises `KeysMissing`, `KeysDamaged`."""
        if not sealed.startswith(MARK):
            return sealed
        name = key_of(sealed)
        if name not in self._ciphers:
            raise KeysMissing(file=self.file, name=name)
        once, alike = self._ciphers[name]
        try:
            content = base64.b64decode(sealed[len(MARK) + len(name) + 1 :], validate=True)
            if sealed[len(MARK) + len(name)] == _ALIKE:
                return alike.decrypt(content, []).decode()
            return _unpacked(once.decrypt(content[:_NONCE], content[_NONCE:], None))
        except (InvalidTag, ValueError, zlib.error) as error:
            raise KeysDamaged(file=self.file, name=name) from error

    def is_current(self, sealed: str) -> bool:
        """Whether `sealed` needs no sealing anew."""
        return not sealed or sealed.startswith((f"{MARK}{self.newest}{_ONCE}", f"{MARK}{self.lookup}{_ALIKE}"))

    def blind(self, words: Iterable[str]) -> list[str]:
        """Return what stands for each of `words` in an index: eight letters that say nothing without the key."""
        key = self._word_key
        return [_blinded(key, word) for word in words]

    def with_new_key(self) -> "Keyring":
        """Return the keyring with one key more, which seals from now on."""
        name = f"k{max(int(name[1:]) for name in self.keys) + 1}"
        return Keyring({**self.keys, name: secrets.token_bytes(32)}, name, self.lookup, self.file)

    def without_old(self) -> "Keyring":
        """Return the keyring with only the keys that seal."""
        kept = {name: key for name, key in self.keys.items() if name in (self.newest, self.lookup)}
        return Keyring(kept, self.newest, self.lookup, self.file)

    @cached_property
    def _ciphers(self) -> dict[str, tuple[AESGCM, AESSIV]]:
        return {
            name: (AESGCM(_derived(key, "once", 32)), AESSIV(_derived(key, "alike", 64)))
            for name, key in self.keys.items()
        }

    @cached_property
    def _word_key(self) -> bytes:
        return _derived(self.keys[self.lookup], "words", 32)


def new_keyring(file: str = "") -> Keyring:
    """Return a keyring with a first key of random bytes."""
    return Keyring({"k1": secrets.token_bytes(32)}, "k1", "k1", file)


def key_of(sealed: str) -> str:
    """Return the name of the key that `sealed` needs, "" for what was never sealed."""
    if not sealed.startswith(MARK):
        return ""
    head = sealed[len(MARK) : len(MARK) + 12]
    return head.split(_ONCE)[0].split(_ALIKE)[0]


_KEYRINGS: WeakKeyDictionary[Dialect, Keyring] = WeakKeyDictionary()


def use(dialect: Dialect, keys: Keyring) -> None:
    """Seal and open with `keys` whatever passes through `dialect`, which belongs to one engine."""
    _KEYRINGS[dialect] = keys


def keys_of(dialect: Dialect) -> Keyring | None:
    """Return the keys in use; None where nothing is sealed (tests, a database in memory)."""
    return _KEYRINGS.get(dialect)


class Sealed(TypeDecorator[str]):
    """A text that only the hotline can read; rows from before there were keys stay readable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal on the way in."""
        keys = keys_of(dialect)
        return value if keys is None or value is None else keys.seal(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else _opened(str(value), dialect)


class SealedAlike(TypeDecorator[str]):
    """A text that only the hotline can read and that it can look up: equal ones are sealed alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal on the way in, also where it is compared with."""
        keys = keys_of(dialect)
        return value if keys is None or value is None else keys.seal_alike(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else _opened(str(value), dialect)


def _packed(text: str) -> bytes:
    """Return `text` made small: what is sealed cannot be compressed any more."""
    content = text.encode()
    return _SMALL + zlib.compress(content, 1) if len(content) >= _WORTH_IT else _AS_IT_IS + content


def _unpacked(content: bytes) -> str:
    kind, rest = content[:1], content[1:]
    return (zlib.decompress(rest) if kind == _SMALL else rest).decode()


def _opened(value: str, dialect: Dialect) -> str:
    if not value.startswith(MARK):
        return value
    keys = keys_of(dialect)
    if keys is None:
        raise KeysMissing(file="", name=key_of(value))
    return keys.open(value)


def _derived(key: bytes, use_: str, size: int) -> bytes:
    return hashlib.blake2b(key=key, person=use_.encode(), digest_size=size).digest()


@lru_cache(maxsize=200_000)
def _blinded(key: bytes, word: str) -> str:
    digest = hashlib.blake2b(word.encode(), key=key, digest_size=_BLIND).digest()
    return base64.b32encode(digest).decode().lower()

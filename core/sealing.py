"""Seals what is personal before it reaches the database: the key is elsewhere, so a copied database tells nothing."""

import base64
import hashlib
import os
import re
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from sqlalchemy import ColumnElement, Connection, Dialect, Text, type_coerce
from sqlalchemy.types import TypeDecorator

from core.errors import KeysDamaged, KeysMissing

MARK = "~"
"""What is sealed begins with it, the key's name and : or =; JSON and telephone numbers never do."""
ONCE, ALIKE = ":", "="
"""What follows the key's name: what is sealed never looks the same twice, or always."""
_NONCE = 12  # bytes, as AES-GCM wants
_SEALED = re.compile(rf"{MARK}(k\d{{1,9}})[{ONCE}{ALIKE}]")
_AS_IT_IS, _SMALL = b"t", b"z"
_WORTH_IT = 120  # bytes from which on compressing saves something
_BLIND = 5  # bytes: among a million different words hardly two look alike


@dataclass(frozen=True, eq=False)
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
        return f"{MARK}{self.newest}{ONCE}{base64.b64encode(content).decode()}"

    def seal_alike(self, text: str) -> str:
        """Return `text` sealed so that equal texts look equal and can be looked up (AES-SIV, RFC 5297)."""
        if not text:
            return ""
        content = self._ciphers[self.lookup][1].encrypt(text.encode(), [])
        return f"{MARK}{self.lookup}{ALIKE}{base64.b64encode(content).decode()}"

    def open(self, sealed: str) -> str:
        """Return what was sealed; what never was comes back as it is. Raises `KeysMissing`, `KeysDamaged`."""
        name = key_of(sealed)
        if not name:
            return sealed
        if name not in self._ciphers:
            raise KeysMissing(file=self.file, name=name)
        once, alike = self._ciphers[name]
        try:
            content = base64.b64decode(sealed[len(MARK) + len(name) + 1 :], validate=True)
            if sealed[len(MARK) + len(name)] == ALIKE:
                return alike.decrypt(content, []).decode()
            return _unpacked(once.decrypt(content[:_NONCE], content[_NONCE:], None))
        except (InvalidTag, ValueError, zlib.error) as error:
            raise KeysDamaged(file=self.file, name=name) from error

    def blind(self, words: Iterable[str]) -> list[str]:
        """Return what stands for each of `words` in an index: eight letters that say nothing without the key."""
        key = self._word_key
        return [_blinded(key, word) for word in words]

    def with_new_key(self, lookup: bool = False) -> "Keyring":
        """Return the keyring with one key more, which seals from now on; with `lookup` also what is looked up."""
        name = f"k{max(int(name[1:]) for name in self.keys) + 1}"
        keys = {**self.keys, name: secrets.token_bytes(32)}
        return Keyring(keys, name, name if lookup else self.lookup, self.file)

    def without(self, names: Iterable[str]) -> "Keyring":
        """Return the keyring without the keys `names`; those that seal stay."""
        gone = set(names) - {self.newest, self.lookup}
        kept = {name: key for name, key in self.keys.items() if name not in gone}
        return Keyring(kept, self.newest, self.lookup, self.file)

    def fingerprint(self, name: str) -> str:
        """Return what tells the key `name` from others of that name; nobody learns the key from it."""
        return _derived(self.keys[name], "fingerprint", 16).hex()

    @property
    def trouble(self) -> None:
        """See `KeySource`: nothing can happen to them."""

    def current(self) -> "Keyring":
        """Return itself: these keys never change (`KeySource`)."""
        return self

    def anew(self) -> "Keyring":
        """See `current`."""
        return self

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
    found = _SEALED.match(sealed)
    return found[1] if found else ""


class KeySource(Protocol):
    """Where the keys come from: a `Keyring` itself, or a file that another process may change."""

    @property
    def trouble(self) -> str | None:
        """Why they cannot be read at the moment, as a sentence; None where they can."""
        ...

    def current(self) -> Keyring:
        """Return the keys as they are known; asked for every text, so it must be quick."""
        ...

    def anew(self) -> Keyring:
        """Return the keys read anew: something was sealed with one that is not known."""
        ...


_SOURCES: WeakKeyDictionary[Dialect, KeySource] = WeakKeyDictionary()


def use(dialect: Dialect, keys: KeySource) -> None:
    """Seal and open with `keys` whatever passes through `dialect`, which belongs to one engine."""
    _SOURCES[dialect] = keys


def keys_of(dialect: Dialect) -> Keyring | None:
    """Return the keys in use; None where nothing is sealed (tests, a database in memory)."""
    source = _SOURCES.get(dialect)
    return source.current() if source else None


def as_kept(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a sealed `column` as the database has it: what passes through it is neither sealed nor opened."""
    return type_coerce(column, Text)


def open_kept(connection: Connection, kept: str) -> str:
    """Return what was read `as_kept` opened, so that one damaged row stops no other.

    Raises `KeysMissing`, `KeysDamaged`.
    """
    return _opened(kept, connection.dialect)


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
    name = key_of(value)
    if not name:
        return value
    source = _SOURCES.get(dialect)
    if source is None:
        raise KeysMissing(file="", name=name)
    keys = source.current()
    return (keys if name in keys.keys else source.anew()).open(value)


def _derived(key: bytes, use_: str, size: int) -> bytes:
    return hashlib.blake2b(key=key, person=use_.encode(), digest_size=size).digest()


@lru_cache(maxsize=200_000)
def _blinded(key: bytes, word: str) -> str:
    digest = hashlib.blake2b(word.encode(), key=key, digest_size=_BLIND).digest()
    return base64.b32encode(digest).decode().lower()

"""The file of keys: beside the database only on a laptop, elsewhere in a city, and readable by nobody else."""

import base64
import contextlib
import fcntl
import json
import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core.errors import KeysUnreadable
from core.sealing import Keyring, new_keyring

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often at most it is looked whether another process has changed the file, in seconds."""


class KeyFile:
    """The keys in a file, followed as they change (`core.sealing.KeySource`): a rotation reaches all processes."""

    def __init__(self, file: Path) -> None:
        """Read the keys; where there is no file, one is made. Raises `KeysUnreadable`."""
        self.file = file
        self._lock = threading.Lock()
        self._keys = load_keys(file)
        self._sign, self._looked = _sign(file), time.monotonic()

    def current(self) -> Keyring:
        """Return the keys as the file had them a second ago at most; a file that is gone changes nothing."""
        if time.monotonic() - self._looked > LOOK_S:
            self._look()
        return self._keys

    @property
    def trouble(self) -> str | None:
        """See `KeySource`; whoever runs goes on with the keys that are known."""
        try:
            _read(self.file)
        except KeysUnreadable as error:
            return str(error)
        return None

    def anew(self) -> Keyring:
        """Return the keys as the file has them now. Raises `KeysUnreadable`."""
        with self._lock:
            if self.file.exists():
                self._keys = load_keys(self.file)
            return self._keys

    def change(self, how: Callable[[Keyring], Keyring]) -> Keyring:
        """Write what `how` makes of the keys that are in the file, and go on with that. Raises `KeysUnreadable`.

        Two at once do so one after the other: no key that the other has made is lost.
        """
        with _alone(self.file):
            save_keys(how(load_keys(self.file)), self.file)
        return self.anew()

    def _look(self) -> None:
        with self._lock:
            self._looked = time.monotonic()
            sign = _sign(self.file)
            if sign == self._sign or not sign:
                return
            try:
                self._keys, self._sign = load_keys(self.file), sign
            except KeysUnreadable as error:  # calls go on with the keys that are known
                log.error("%s", error)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep other processes from changing the keys; the lock goes with the process that holds it."""
    try:
        with file.with_name(f"{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise KeysUnreadable(file=file, what=error.strerror) from error


def load_keys(file: Path) -> Keyring:
    """Return the keys in `file`; where there is none, one is made with a first key. Raises `KeysUnreadable`."""
    try:
        if not file.exists():
            _create(file)
        if (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
            log.warning("the file of keys %s may be read by others (mode %o): chmod 600 it", file, mode)
    except OSError as error:
        raise KeysUnreadable(file=file, what=error.strerror) from error
    return _read(file)


def _read(file: Path) -> Keyring:
    try:
        data = json.loads(file.read_text(encoding="ascii"))
        keys = {str(name): base64.b64decode(text, validate=True) for name, text in data["keys"].items()}
        keyring = Keyring(keys, data["newest"], data["lookup"], str(file))
        if {keyring.newest, keyring.lookup} - set(keys) or any(len(key) != 32 for key in keys.values()):
            raise ValueError("少了钥匙,或钥匙不是 32 字节")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysUnreadable(file=file, what=getattr(error, "strerror", None) or error) from error
    return keyring


def save_keys(keyring: Keyring, file: Path) -> None:
    """Put `keyring` in the place of `file`, whole or not at all. Raises `KeysUnreadable`."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        _write(draft, keyring)
        if file.exists() and (found := file.stat()).st_uid != draft.stat().st_uid:
            os.chown(draft, found.st_uid, found.st_gid)  # root rotates, the service goes on reading
        draft.replace(file)
    except OSError as error:
        raise KeysUnreadable(file=file, what=error.strerror) from error


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    _write(draft, new_keyring())
    try:
        with contextlib.suppress(FileExistsError):  # of two processes that start at once, one makes it
            file.hardlink_to(draft)
    finally:
        draft.unlink()


def _sign(file: Path) -> tuple[int, ...]:
    """Return what changes with the file's content, () where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _write(file: Path, keyring: Keyring) -> None:
    keys = {name: base64.b64encode(key).decode() for name, key in keyring.keys.items()}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        json.dump({"newest": keyring.newest, "lookup": keyring.lookup, "keys": keys}, out, indent=2)
        out.flush()
        os.fsync(out.fileno())

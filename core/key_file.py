"""The file of keys: beside the database only on a laptop, elsewhere in a city, and readable by nobody else."""

import base64
import contextlib
import json
import os
from pathlib import Path

from core.errors import KeysUnreadable
from core.sealing import Keyring, new_keyring


def load_keys(file: Path) -> Keyring:
    """Return the keys in `file`; where there is none, one is made with a first key. Raises `KeysUnreadable`."""
    try:
        if not file.exists():
            _create(file)
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


def _write(file: Path, keyring: Keyring) -> None:
    keys = {name: base64.b64encode(key).decode() for name, key in keyring.keys.items()}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        json.dump({"newest": keyring.newest, "lookup": keyring.lookup, "keys": keys}, out, indent=2)
        out.flush()
        os.fsync(out.fileno())

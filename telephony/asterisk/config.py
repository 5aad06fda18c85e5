"""Asterisk's configuration, filled from hotline.toml: the same files for a laptop, the tests and a city."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from telephony.asterisk.settings import AsteriskSettings
from telephony.errors import AsteriskValueInvalid

TEMPLATES = Path(__file__).with_name("templates")
FOLDERS = (
    *("etc", "lib/keys", "spool/monitor", "spool/tmp", "spool/outgoing", "run", "log"),
    *("data/waiting", "data/sounds/zh/hotline", "data/sounds/zh/digits"),
)


def rendered(settings: AsteriskSettings, number: str, modules: Path) -> Mapping[str, str]:
    """Return every configuration file by its name, for the hotline's `number`. Pure.

    Raises `AsteriskValueInvalid` for a value that would break out of its line.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=_value,
    )
    values = {name: getattr(settings, name) for name in type(settings).model_fields} | {
        "folder": settings.folder.absolute(),
        "run": run_folder(settings.folder),
        "number": number,
        "modules": modules,
        "local": all(network.is_loopback for network in settings.trunk.networks),
        "ami_secret": settings.ami_secret,
        "node_hosts": sorted({node.host for node in (*settings.nodes, settings.outbound)} - {settings.host}),
        "passwords": {agent.number: settings.password(agent.number) for agent in settings.agents},
    }
    return {
        file.name: environment.get_template(file.name).render(values) for file in sorted(TEMPLATES.glob("*.conf"))
    }


def _value(value: object) -> object:
    """Write one value so that Asterisk reads it whole: a semicolon would begin a comment, a line break a new line."""
    text = str(value)
    if not text.isprintable():
        raise AsteriskValueInvalid(what=text)
    return text.replace(";", r"\;")


def write(settings: AsteriskSettings, number: str, modules: Path, share: Path) -> Path:
    """Write the configuration into `settings.folder` and return the path of asterisk.conf.

    The files hold passwords, and recordings come beside them: only their owner may read them. A secret is made where
    there is none.
    """
    folder = settings.folder.absolute()
    for part in FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    for part in {part.partition("/")[0] for part in FOLDERS}:
        (folder / part).chmod(0o700)
    _borrow(share, folder / "data")
    if not settings.ami_secret:
        _write_private(settings.secret_file, secrets.token_urlsafe(24))
    for name, text in rendered(settings, number, modules).items():
        _write_private(folder / "etc" / name, text)
    return folder / "etc" / "asterisk.conf"


def run_folder(folder: Path) -> Path:
    """Return where Asterisk's control socket goes: a Unix socket's path has 107 bytes at the most."""
    own = folder.absolute() / "run"
    if len(os.fsencode(own / "asterisk.ctl")) <= 107:
        return own
    short = Path(tempfile.gettempdir()) / f"hotline-{hashlib.sha256(os.fsencode(own)).hexdigest()[:12]}"
    short.mkdir(mode=0o700, exist_ok=True)
    return short


def _borrow(share: Path, data: Path) -> None:
    """Let Asterisk find its own documentation beside our sounds; without it modules refuse their options."""
    for part in share.iterdir():
        link = data / part.name
        if part.name != "sounds" and link.resolve() != part.resolve():
            link.unlink(missing_ok=True)
            link.symlink_to(part)


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf8") as file:
        os.fchmod(file.fileno(), 0o600)  # where it was there already, perhaps for everybody to read
        file.write(text)

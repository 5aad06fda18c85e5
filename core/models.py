"""The model files: which there are, whether they are whole, and where on this machine they lie."""

import fcntl
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelDamaged, ModelMissing
from core.model_sources import Source, Unreachable, Workshop, read_source

MANIFEST = Path(__file__).with_name("models.toml")
_STAMP = ".verified.json"

Progress = Callable[[int, int], None]
"""Called with the bytes that are ready and the bytes in all."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: its size in bytes, its sha256, and where it can be had, best source first."""

    name: str
    size: int
    sha256: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the manifest; `entry` is the one file that `path` returns, None for the whole folder."""

    name: str
    about: str
    licence: str
    entry: str | None
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How a model stands on this machine; `problem` is None where it is whole and ready."""

    name: str
    about: str
    licence: str
    size: int
    path: Path
    problem: str | None


def cache_folder() -> Path:
    """Return the folder for models and rendered sound: $HOTLINE_CACHE or ~/.cache/hotline12345."""
    chosen = os.environ.get("HOTLINE_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "hotline12345"


def manifest(file: Path = MANIFEST) -> dict[str, Model]:
    """Return the models that the manifest `file` lists, by name."""
    listed = tomllib.loads(file.read_text(encoding="utf8"))["models"]
    return {name: _model(name, body) for name, body in listed.items()}


def _model(name: str, body: dict[str, Any]) -> Model:
    files = tuple(
        ModelFile(f["name"], f["size"], f["sha256"], tuple(read_source(source) for source in f["sources"]))
        for f in body["files"]
    )
    return Model(name, body["about"], body["licence"], body.get("entry"), files)


class ModelStore:
    """Keeps the models of a manifest under `folder`. Safe to use from several processes at once."""

    def __init__(self, folder: Path | None = None, models: dict[str, Model] | None = None) -> None:
        self.folder = cache_folder() / "models" if folder is None else folder
        self.models = manifest() if models is None else models

    def path(self, name: str) -> Path:
        """Return the ready file or folder of `name`.

        A file is hashed when it is new or changed and then remembered by size and time, so a start
        costs a few `stat` calls. Raises `ModelMissing`, `ModelDamaged`.
        """
        self.verify(name)
        return self._entry(self._find(name))

    def verify(self, name: str, deep: bool = False) -> None:
        """Check the files of `name`; `deep` hashes them again even where nothing changed.

        Raises `ModelMissing`, `ModelDamaged`.
        """
        model = self._find(name)
        seen = self._stamps(model)
        fresh = {} if deep else seen
        for file in model.files:
            fresh = fresh | {file.name: self._check(model, file, None if deep else seen.get(file.name))}
        if fresh != seen:
            with suppress(OSError):  # a read-only cache only costs the hashing again
                _write_atomically(self._home(model) / _STAMP, json.dumps(fresh).encode())

    def status(self, deep: bool = False) -> list[ModelStatus]:
        """Return how every model stands, without fetching anything."""
        return [self._status(model, deep) for model in self.models.values()]

    def fetch(self, names: Iterable[str] | None = None, progress: Progress | None = None) -> None:
        """Bring the models `names` (all by default); what is whole stays, what is damaged is replaced.

        Raises `ModelMissing` where no source of a file works; what was fetched by then is kept.
        """
        wanted = [self._find(name) for name in names] if names is not None else list(self.models.values())
        report = progress or (lambda done, total: None)
        total, done = sum(model.size for model in wanted), 0
        with self._locked(), Workshop(self.folder) as workshop:
            report(0, total)
            for model in wanted:
                for file in model.files:
                    self._bring(model, file, workshop, _from(done, total, report))
                    done += file.size
                    report(done, total)
                self.verify(model.name)

    def _bring(self, model: Model, file: ModelFile, workshop: Workshop, report: Callable[[int], None]) -> None:
        with suppress(ModelMissing, ModelDamaged):
            self._check(model, file, self._stamps(model).get(file.name))
            return
        target, troubles = self._home(model) / file.name, []
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            for source in file.sources:
                try:
                    made = workshop.make(source, file.size, report)
                except Unreachable as error:
                    troubles.append(f"{source}:{error}")
                    continue
                if _sha256(made) == file.sha256:
                    made.replace(target)
                    return
                made.unlink()
                troubles.append(f"{source}:内容与清单的 sha256 不符")
        except OSError as error:
            troubles.append(str(error))
        raise ModelMissing(name=f"{model.name}/{file.name}", what=";".join(troubles))

    def _check(self, model: Model, file: ModelFile, stamp: object) -> list[Any]:
        """Return the stamp of a whole file."""
        path = self._home(model) / file.name
        try:
            facts = path.stat()
        except OSError as error:
            raise ModelMissing(name=f"{model.name}/{file.name}", what=error.strerror) from error
        now = [facts.st_size, facts.st_mtime_ns, file.sha256]
        if stamp == now:
            return now
        if facts.st_size != file.size or _sha256(path) != file.sha256:
            raise ModelDamaged(path=path)
        return now

    def _status(self, model: Model, deep: bool) -> ModelStatus:
        problem = None
        try:
            self.verify(model.name, deep)
        except (ModelMissing, ModelDamaged) as error:
            problem = str(error)
        return ModelStatus(model.name, model.about, model.licence, model.size, self._entry(model), problem)

    def _find(self, name: str) -> Model:
        try:
            return self.models[name]
        except KeyError:
            raise ModelMissing(name=name, what=f"清单中只有 {'、'.join(self.models)}") from None

    def _home(self, model: Model) -> Path:
        return self.folder / model.name

    def _entry(self, model: Model) -> Path:
        return self._home(model) / model.entry if model.entry else self._home(model)

    def _stamps(self, model: Model) -> dict[str, Any]:
        try:
            seen = json.loads((self._home(model) / _STAMP).read_bytes())
        except (OSError, ValueError):
            return {}
        return seen if isinstance(seen, dict) else {}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process fetch at a time; a second one waits and then finds the work done."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("w")
        except OSError as error:
            raise ModelMissing(name=str(self.folder), what=error.strerror) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _from(done: int, total: int, report: Progress) -> Callable[[int], None]:
    return lambda more: report(done + more, total)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_atomically(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def path(name: str) -> Path:
    """Return the ready file or folder of the model `name`; see `ModelStore.path`."""
    return ModelStore().path(name)


def fetch(names: Iterable[str] | None = None, progress: Progress | None = None) -> None:
    """Bring models into the cache; see `ModelStore.fetch`."""
    ModelStore().fetch(names, progress)


def verify(name: str, deep: bool = False) -> None:
    """Check a model; see `ModelStore.verify`."""
    ModelStore().verify(name, deep)


def status(deep: bool = False) -> list[ModelStatus]:
    """Return how every model stands on this machine."""
    return ModelStore().status(deep)

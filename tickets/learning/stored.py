"""Keeps a trained classifier in one file of numpy arrays and JSON: no pickle, so a stranger's file runs nothing."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tickets.errors import LearnedUnreadable, LearnedUnwritable, ModelNotOfThis
from tickets.learning.features import Features
from tickets.learning.letters import CALLED, Field
from tickets.learning.model import About, JointClassifier, LetterClassifier
from tickets.learning.opinions import Joint, Lines, Meaning
from tickets.learning.reading import READINGS
from tickets.learning.report import ClassReport, Report

VERSION = 1
"""Raised with every change that makes an older file mean something else: the features' grams, the arrays."""

JOINT_VERSION = 2
"""The same, of one that judges by meaning too."""
_HINT = "hint_"
"""Before the names of the arrays of a classifier within another."""

_NOT_OURS = (ValueError, TypeError, KeyError, EOFError, AttributeError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What numpy and zipfile raise on files of other kinds, and on damaged or encrypted ones."""

Arrays = dict[str, npt.NDArray[Any]]


def save(model: LetterClassifier, file: Path) -> None:
    """Write `model` to `file` whole or not at all. Raises `LearnedUnwritable`."""
    arrays = _of(model)
    arrays["sha256"] = _bytes(_digest(arrays))
    part = file.with_name(f"{file.name}.{os.getpid()}.part.npz")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            np.savez_compressed(out, allow_pickle=False, **arrays)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise LearnedUnwritable(file=file, what=error.strerror or error) from error


def _of(model: LetterClassifier) -> Arrays:
    """Return all that `model` is made of, but the meaning that it asks."""
    joint = isinstance(model, JointClassifier)
    reading, version = model.features.reading, JOINT_VERSION if joint else VERSION
    meta = {"version": version, "reading": reading.name, "classes": model.classes, "about": asdict(model.about)}
    arrays: Arrays = {"meta": _bytes(json.dumps(meta, ensure_ascii=False))}
    for name, grams, rarity in zip(reading.blocks, model.features.grams, model.features.rarity, strict=True):
        arrays[f"grams_{name}"] = _bytes("\n".join(grams))
        arrays[f"rarity_{name}"] = rarity
    arrays |= {"weights": model.weights.astype(np.float16), "offsets": model.offsets.astype(np.float32)}
    if isinstance(model, JointClassifier):
        arrays |= {"meaning_weights": model.by_meaning.weights, "meaning_offsets": model.by_meaning.offsets}
        arrays |= {"joint_sharpness": np.array([model.joint.sharpness, *model.joint.each])}
        arrays["joint_shifts"] = model.joint.shifts
        if model.hinter:
            arrays |= {f"{_HINT}{name}": array for name, array in _of(model.hinter).items()}
    return arrays


def load(file: Path, meaning: Meaning | None = None) -> LetterClassifier:
    """Return the classifier in `file`; one that judges by meaning asks `meaning`.

    Raises `LearnedUnreadable`, with what is wrong.
    """
    arrays = _arrays(file)
    try:
        if _text(arrays.pop("sha256")) != _digest(arrays):
            raise LearnedUnreadable(file=file, what="内容与 sha256 不符,文件已损坏")
        return _made(arrays, file, meaning)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LearnedUnreadable(file=file, what="不是来信分类模型") from error


def _made(arrays: Arrays, file: Path, meaning: Meaning | None) -> LetterClassifier:
    meta = json.loads(_text(arrays["meta"]))
    if meta["version"] not in (VERSION, JOINT_VERSION):
        raise LearnedUnreadable(file=file, what=f"版本是 {meta['version']},本程序只认 {VERSION} 和 {JOINT_VERSION}")
    reading = READINGS[meta.get("reading", "written")]  # an older file does not say it
    features = Features(
        [_lines(arrays[f"grams_{name}"]) for name in reading.blocks],
        [arrays[f"rarity_{name}"] for name in reading.blocks],
        reading,
    )
    weights, offsets = arrays["weights"].astype(np.float32), arrays["offsets"]
    many = sum(len(block) for block in features.grams), len(meta["classes"])
    if weights.shape != many or offsets.shape != many[1:]:
        raise LearnedUnreadable(file=file, what="各部分的大小对不上")
    about = _about(meta["about"])
    if meta["version"] == VERSION:
        return LetterClassifier(meta["classes"], features, weights, offsets, about)
    if meaning is None:
        raise LearnedUnreadable(file=file, what="它要看来信的意思,这里没有语义模型")
    sharpness, *each = arrays["joint_sharpness"].tolist()
    joint = Joint(tuple(each), sharpness, arrays["joint_shifts"])
    by_meaning = Lines(arrays["meaning_weights"], arrays["meaning_offsets"])
    hint = {name.removeprefix(_HINT): array for name, array in arrays.items() if name.startswith(_HINT)}
    hinter = _made(hint, file, None) if hint else None
    words = Lines(weights, offsets)
    return JointClassifier(meta["classes"], features, words, by_meaning, joint, about, meaning, hinter)


def load_for(field: Field, file: Path, meaning: Meaning | None = None) -> LetterClassifier:
    """Return the classifier of `field` in `file`, as `load` does. Raises `LearnedUnreadable`, `ModelNotOfThis`."""
    model = load(file, meaning)
    if model.about.field != field:
        raise ModelNotOfThis(file=file, field=CALLED[model.about.field], wanted=CALLED[field], needed=field)
    return model


def _arrays(file: Path) -> Arrays:
    try:
        with np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except OSError as error:
        raise LearnedUnreadable(file=file, what=error.strerror or "读不出") from error
    except _NOT_OURS as error:
        raise LearnedUnreadable(file=file, what="不是模型文件,或已损坏") from error


def _digest(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    """Return the sha256 of names, types, shapes and contents."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _text(array: npt.NDArray[Any]) -> str:
    return array.tobytes().decode()


def _lines(array: npt.NDArray[Any]) -> list[str]:
    text = _text(array)
    return text.split("\n") if text else []


def _about(data: Mapping[str, Any]) -> About:
    told = dict(data["report"])
    told["classes"] = tuple(ClassReport(**one) for one in told["classes"])
    left_out = tuple((str(name), int(many)) for name, many in data["left_out"])
    return About(**{**data, "left_out": left_out, "report": Report(**told)})

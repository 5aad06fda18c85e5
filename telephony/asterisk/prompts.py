"""The sounds that Asterisk plays by itself: spoken once by our own voice, and a quiet music for waiting."""

import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from core.yaml_file import read_yaml

TEXTS = Path(__file__).with_name("prompts.yaml")
RATE = 8000
"""Samples a second of the files: what a telephone carries."""
NOTES_HZ = (392.0, 493.9, 587.3, 493.9)
"""A broken chord of G major, so slow that nobody is hurried."""
NOTE_S = 1.5
LOUDNESS = 1200.0

Speak = Callable[[str], Awaitable[bytes]]
"""Returns a text as 16-bit mono PCM at 8 kHz."""


def prompts() -> dict[str, str]:
    """Return what is said in each file, by its path under sounds/zh without the ending."""
    folders = read_yaml(TEXTS)
    return {f"{folder}/{name}": text for folder, texts in folders.items() for name, text in texts.items()}


async def write_prompts(folder: Path, speak: Speak) -> int:
    """Write what is missing of the sounds into `folder`, the line's own; return how many were spoken."""
    sounds = folder / "data/sounds/zh"
    wanted = missing(folder)
    for name, text in wanted.items():
        _write(sounds / f"{name}.wav", await speak(text))
        (sounds / f"{name}.txt").write_text(text, encoding="utf8")
    _write(sounds / "hotline/nothing.wav", bytes(RATE // 50 * 2))
    _write(folder / "data/waiting/waiting.wav", waiting_music())
    return len(wanted)


def missing(folder: Path) -> dict[str, str]:
    """Return what is not spoken yet in `folder`, or says something else by now; like `prompts`."""
    sounds = folder / "data/sounds/zh"

    def spoken(name: str) -> str:
        text = sounds / f"{name}.txt"
        there = text.exists() and (sounds / f"{name}.wav").exists()
        return text.read_text(encoding="utf8") if there else ""

    return {name: text for name, text in prompts().items() if spoken(name) != text}


def waiting_music() -> bytes:
    """Return half a minute of soft notes with pauses, 16-bit mono PCM at 8 kHz."""
    time = np.arange(int(RATE * NOTE_S)) / RATE
    notes = [np.sin(2 * np.pi * hz * time) * np.exp(-2.5 * time) * np.minimum(1, time / 0.03) for hz in NOTES_HZ]
    phrase = np.concatenate([*notes, np.zeros(int(RATE * NOTE_S))])
    return (np.tile(phrase, 4) * LOUDNESS).astype("<i2").tobytes()


def _write(path: Path, pcm: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)

"""Character error rate on recorded speech, before correction, on the very path of a call.

Usage: python -m tests.benchmarks.asr_cer DIR [--baseline] [--show]
DIR holds transcripts.tsv (file, text, …) and its WAV files. Groups are told by the file name's prefix.
`--baseline` also runs the plain recogniser with its usual 30 s window on the same files.
"""

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from asr.file import RATE, speech_in
from asr.hearing import load
from asr.settings import AsrSettings
from asr.task import Task
from core import models
from core.audio import Pcm, read_wav, resample
from tests.benchmarks.character_errors import errors

LIMITS = {"BAC": ("read news", 24.0), "CS": ("customer service", 14.0)}


def ours() -> Callable[[Pcm, int], str]:
    """Return the recogniser of a call."""
    settings = AsrSettings()
    hearing = load(settings.model_dump())

    def recognise(pcm: Pcm, rate: int) -> str:
        parts = [hearing(Task(s.tobytes(), RATE)) for s in speech_in(pcm, rate, settings.turns)]
        return "".join(part.text for part in parts)

    return recognise


def plain() -> Callable[[Pcm, int], str]:
    """Return the same model as the library runs it: beam 5, 30 s window, no prompt."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(models.path("whisper-base")), device="cpu", compute_type="int8", cpu_threads=1)

    def recognise(pcm: Pcm, rate: int) -> str:
        sound = resample(pcm, rate, 16000).astype("float32") / 32768
        segments, _ = model.transcribe(sound, language="zh")
        return "".join(segment.text for segment in segments)

    return recognise


def measure(name: str, recognise: Callable[[Pcm, int], str], folder: Path, show: bool) -> None:
    """Print one recogniser's error rates and its work."""
    wrong: dict[str, int] = defaultdict(int)
    length: dict[str, int] = defaultdict(int)
    rows = [line.split("\t") for line in (folder / "transcripts.tsv").read_text(encoding="utf8").splitlines()[1:]]
    work = 0.0
    for file, text, *_ in rows:
        pcm, rate = read_wav(folder / file)
        began = time.process_time()
        heard = recognise(pcm, rate)
        work += time.process_time() - began
        missed, whole = errors(text, heard)
        group = next((prefix for prefix in LIMITS if file.startswith(prefix)), "other")
        wrong[group] += missed
        length[group] += whole
        if show:
            print(f"{missed:3}/{whole:<3} {file} {text} | {heard}")
    for group in wrong:
        what, limit = LIMITS.get(group, (group, 100.0))
        print(f"{name:8} {what:18} {100 * wrong[group] / length[group]:5.1f} %   (at most {limit:.0f} %)")
    print(f"{name:8} {work / len(rows):.2f} CPU seconds an utterance, {len(rows)} utterances")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--baseline", action="store_true")
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    measure("hotline", ours(), chosen.folder, chosen.show)
    if chosen.baseline:
        measure("plain", plain(), chosen.folder, chosen.show)


if __name__ == "__main__":
    main()

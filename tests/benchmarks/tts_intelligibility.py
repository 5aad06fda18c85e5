"""Is the voice understood on the telephone? `python -m tests.benchmarks.tts_intelligibility [VOICE…]`.

Every sentence is spoken clause by clause as in a call, sent through A-law at 8 kHz, and read back by Whisper base;
the character error rate is by sound (pinyin without tone), since homophones are the recogniser's doing.
"""

import sys
from difflib import SequenceMatcher
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from core import models
from core.audio import Pcm, resample
from core.pinyin import FIGURES, spelled
from tests.benchmarks.tts_speed import SENTENCES
from tts.clauses import split_clauses
from tts.kokoro import Kokoro
from tts.speakable import speakable
from tts.telephone import through_telephone


def main() -> None:
    """Print one line a voice."""
    kokoro = Kokoro()
    ear = WhisperModel(str(models.path("whisper-base")), device="cpu", compute_type="int8", cpu_threads=1)
    sentences = [line for line in SENTENCES.read_text(encoding="utf8").splitlines() if line.strip()]
    for voice in sys.argv[1:] or kokoro.voices:
        wrong = total = 0
        for sentence in sentences:
            said = sounds(speakable(sentence))
            heard = sounds(hear(ear, spoken(kokoro, sentence, voice)))
            total += len(said)
            wrong += errors(said, heard)
        print(f"{voice}\t{100 * wrong / total:.1f} % of the syllables wrong", flush=True)


def spoken(kokoro: Kokoro, sentence: str, voice: str) -> Pcm:
    """Return the sentence at 8 kHz after the telephone, with the pauses of a call."""
    parts: list[Pcm] = []
    for clause in split_clauses(sentence):
        parts += [kokoro.synthesise(clause.text, voice), np.zeros(kokoro.rate * clause.pause_ms // 1000, np.int16)]
    return through_telephone(np.concatenate(parts), kokoro.rate)


def hear(ear: Any, line: Pcm) -> str:
    """Return what Whisper makes of 8 kHz sound."""
    wave = resample(line, 8000, 16000).astype(np.float32) / 32768
    found, _ = ear.transcribe(wave, language="zh", beam_size=3, initial_prompt="以下是普通话的句子。")
    return "".join(part.text for part in found)


def sounds(text: str) -> list[str]:
    """Return the syllables of `text` without tone; figures are read one by one, 幺 is 一."""
    text = speakable(text.translate(FIGURES)).replace("幺", "一")
    return spelled("".join(c for c in text if "\u4e00" <= c <= "\u9fff"))


def errors(said: list[str], heard: list[str]) -> int:
    """Return the substituted, lost and added syllables."""
    return sum(
        max(b - a, d - c)
        for kind, a, b, c, d in SequenceMatcher(None, said, heard, autojunk=False).get_opcodes()
        if kind != "equal"
    )


if __name__ == "__main__":
    main()

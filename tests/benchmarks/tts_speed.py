"""What speech costs and how soon it starts: `python -m tests.benchmarks.tts_speed [SENTENCES.txt]`.

Processor seconds are the measure that a busy machine does not spoil; the times to the first sound mean something
on a quiet one only.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from tts.clauses import split_clauses
from tts.kokoro import Kokoro
from tts.settings import TtsSettings
from tts.speakable import speakable
from tts.voice import Voice

SENTENCES = Path(__file__).with_name("data") / "tts_sentences.txt"


def main() -> None:
    """Print one JSON object."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else SENTENCES
    sentences = file.read_text(encoding="utf8").split("\n")
    sentences = [sentence for sentence in sentences if sentence.strip()]
    print(json.dumps({**work(sentences), **asyncio.run(waiting(sentences))}, ensure_ascii=False, indent=1))


def work(sentences: list[str]) -> dict[str, float]:
    """Measure the synthesiser alone."""
    before = time.process_time()
    kokoro = Kokoro()
    loading = time.process_time() - before
    voice = TtsSettings().voice
    seconds, before = 0.0, time.process_time()
    clauses = [clause.text for sentence in sentences for clause in split_clauses(sentence)]
    for clause in clauses:
        seconds += len(kokoro.synthesise(clause, voice)) / kokoro.rate
    used = time.process_time() - before
    characters = sum(len(speakable(sentence)) for sentence in sentences)
    return {
        "load_cpu_s": round(loading, 2),
        "cpu_s_per_s_of_speech": round(used / seconds, 3),
        "characters_per_s": round(characters / seconds, 2),
        "mean_clause_s": round(seconds / len(clauses), 2),
    }


async def waiting(sentences: list[str]) -> dict[str, float]:
    """Measure the façade: from the wish to speak to the first sound."""
    with tempfile.TemporaryDirectory() as folder:
        voice = Voice(TtsSettings(cache=Path(folder)))
        await voice.start()
        try:
            fresh = [await first_sound(voice.speak(sentence)) for sentence in sentences]
            before = len([s for s in sentences if voice.ready(s)])
            await voice.render(sentences)
            hot = [await first_sound(voice.speak(sentence)) for sentence in sentences for _ in range(20)]
            share = sum(voice.ready(sentence) for sentence in sentences) / len(sentences)
        finally:
            await voice.stop()
        cold_voice = Voice(TtsSettings(cache=Path(folder)))
        await cold_voice.start()
        try:
            disk = [await first_sound(cold_voice.speak(sentence)) for sentence in sentences]
        finally:
            await cold_voice.stop()
    return {
        "first_sound_uncached_median_s": median(fresh),
        "first_sound_memory_median_s": median(hot),
        "first_sound_memory_worst_s": round(max(hot), 5),
        "first_sound_disk_median_s": median(disk),
        "share_ready_before_rendering": round(before / len(sentences), 2),
        "share_ready_after_rendering": round(share, 2),
    }


async def first_sound(sounds: AsyncGenerator[bytes, None]) -> float:
    """Return the seconds until the first clause, and stop there."""
    before = time.perf_counter()
    await anext(sounds)
    waited = time.perf_counter() - before
    await sounds.aclose()
    return waited


def median(values: list[float]) -> float:
    """Return the middle value, rounded to 10 µs."""
    return round(sorted(values)[len(values) // 2], 5)


if __name__ == "__main__":
    main()

"""A process that follows publications and puts one question after each: `python -m tests.kb_listener TOML QUESTION`.

It ends when its input ends.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from core.settings import load
from hotline.entries import open_entries
from hotline.following import Following
from hotline.settings import HotlineSettings
from hotline.wiring import build_mind
from knowledge_base.live import LiveKnowledge
from tts.voice import Voice


async def listen(settings: HotlineSettings, question: str) -> None:
    """Say what is answered, first at once and then after every publication."""
    with open_entries(settings) as store:
        knowledge = (await asyncio.to_thread(build_mind, settings, store=store)).knowledge
        voice = Voice(settings.tts)
        await voice.start(speaks=False)
        following = Following(knowledge, store, voice, lambda: None, render=False)
        tell(knowledge, voice, question)
        knowledge.subscribe(lambda _: tell(knowledge, voice, question))
        following.start()
        await asyncio.to_thread(sys.stdin.read)
        await following.stop()
        await voice.stop()


def tell(knowledge: LiveKnowledge, voice: Voice, question: str) -> None:
    """Print which publication is in force, when, the answer, and whether its sound lies ready."""
    heard_at = time.time()
    decision = knowledge.ask(question)
    said = decision.entry.spoken if decision.kind == "answer" and decision.entry else ""
    line = {"number": knowledge.number, "at": heard_at, "said": said, "ready": bool(said) and voice.ready(said)}
    print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asyncio.run(listen(load(HotlineSettings, Path(sys.argv[1])), sys.argv[2]))

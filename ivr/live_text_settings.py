"""Settings of `[ivr.live_text]`: the text of what callers and human agents say to each other, while they say it."""

from pydantic import Field

from core.settings import Settings


class LiveTextSettings(Settings):
    """Which talks are written down, and how much of the machine that may take. Calls of the bot always come first."""

    enabled: bool = True
    """Whether talks of callers and human agents are written down while they last. Needs Asterisk."""
    most_talks: int = Field(default=8, ge=1, le=500)
    """Talks at the same time; later ones are not written down until one ends. Listening for voices takes 1.4 % of a
    core for each talk, in the process that also keeps the bot's calls in time."""
    silence_ms: int = Field(default=600, ge=200, le=3000)
    """Silence that ends a sentence. Nobody waits for it to be answered, so it may be longer than with the bot."""
    longest_ms: int = Field(default=10_000, ge=5_000, le=28_000)
    """Longest stretch of speech that is recognised at once; longer speech is cut there. It is also the longest time
    that a recogniser is taken for it."""
    least_ms: int = Field(default=240, ge=0, le=2000)
    """Voice in milliseconds under which a sentence is not recognised: half of what is said in a talk is 嗯 and 哦."""
    patience_s: float = Field(default=5.0, ge=0.5, le=60)
    """Seconds that a sentence may wait for its turn; then it is left out (`talk.skipped`), as it would come too late
    to help."""
    suggestions: bool = True
    """Whether the knowledge base is asked about the callers' questions, for the agent to read."""

"""How patient the dialogue is, and what it leaves out."""

from core.settings import Settings


class DialogSettings(Settings):
    """Settings of the conversation, `[dialog]` in hotline.toml."""

    city: str = "澜江市"
    """Name of the city."""

    least_confidence: float = 0.35
    """Below this confidence (0 to 1) of the recogniser a turn counts as not heard: Whisper's own text for noise and
    far-away speech stays below it, understandable telephone speech above."""

    misses_before_human: int = 2
    """Turns in a row that are not understood before a human takes over (scene 14)."""

    silences_before_goodbye: int = 2
    """How often a silent caller is asked whether they are there before the call ends (scene 13)."""

    first_words_ms: int = 2500
    """Silence in milliseconds after an outbound call was taken before the bot speaks first: people say 喂 within two
    seconds, and what is said into it first tells a person from a machine."""

    machine_voice_ms: int = 6000
    """Voice in milliseconds without a pause, before the bot has said anything, that is a machine's: nobody greets a
    caller for so long."""

    silence_ms: int = 6000
    """Silence in milliseconds after a question before the caller is asked whether they are there."""

    silence_story_ms: int = 9000
    """The same in milliseconds where the caller tells what happened or gives an address, and has to think."""

    silence_number_ms: int = 8000
    """The same in milliseconds where a number is looked for and read out."""

    silence_keys_ms: int = 3000
    """Silence in milliseconds after a key that ends keyed digits; RFC 4733 leaves it to the application,
    people find the next key within two seconds."""

    number_attempts: int = 3
    """How often a number is asked for before a human takes over."""

    place_attempts: int = 2
    """How often the place is asked for before the ticket goes on with what there is."""

    slower_for_good: bool = True
    """Whether a caller who asks for slow speech hears the whole call slowly (scene 12)."""

    ask_name: bool = True
    """Whether the caller is asked for a name, once."""

    ask_rating: bool = True
    """Whether each call ends with one question for a rating (一次一评)."""

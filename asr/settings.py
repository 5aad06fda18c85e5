"""Settings of hearing: when a turn starts and ends, and how it is recognised."""

from pydantic import Field

from core.settings import Settings


class TurnSettings(Settings):
    """When speech has begun, paused and ended. All times in milliseconds."""

    start_probability: float = Field(default=0.2, gt=0, lt=1)
    """Voice probability that must be reached once before speech begins. Silero advises 0.5, which misses deep single
    syllables (是, 对, 喂); steady noise stays under 0.1, and `above_noise_db` holds it back as well."""
    faint_probability: float = Field(default=0.05, gt=0, lt=1)
    """Voice probability from which a loud frame counts in a run that reaches `start_probability`."""
    loud_db: float = Field(default=18.0, ge=6, le=60)
    """How far over the noise such a frame must be."""
    keep_probability: float = Field(default=0.2, gt=0, lt=1)
    """Voice probability that keeps speech going; lower than the start, so that soft endings are not lost."""
    start_ms: int = Field(default=80, ge=20, le=400)
    """Voice needed before speech counts as begun: a click lasts less, 嗯 lasts 150 and more."""
    resume_ms: int = Field(default=60, ge=20, le=400)
    """Voice needed to go on after a pause."""
    pause_ms: int = Field(default=200, ge=100, le=1000)
    """Silence that is reported as a pause. Closures inside a Chinese word stay under 150."""
    pre_roll_ms: int = Field(default=500, ge=0, le=2000)
    """Sound kept from before the detected start: the first consonant is softer than any threshold."""
    post_roll_ms: int = Field(default=200, ge=0, le=1000)
    """Sound kept after the last voice."""
    too_long_ms: int = Field(default=25_000, ge=5_000, le=28_000)
    """Longest turn; the recogniser's window is 30 s."""
    above_noise_db: float = Field(default=6.0, ge=0, le=30)
    """How far over the line's noise a frame must be to be voice. Less, and steady noise becomes a caller."""
    below_peak_db: float = Field(default=34.0, ge=10, le=60)
    """How far under the turn's loudest frame voice may fall; the detector's own hangover lies below."""
    noise_window_ms: int = Field(default=6_000, ge=1_000, le=30_000)
    """Stretch over which the noise is learned. Speech always breathes within it, noise and music hardly."""
    quietest_db: float = Field(default=-58.0, ge=-90, le=-20)
    """Level (dB of full scale) under which nothing is voice: A-law's idle noise is near -72."""

    sentence_ms: int = Field(default=580, ge=200, le=3000)
    """Silence that ends an answer to an open question whose text gives no hint."""
    sentence_complete_ms: int = Field(default=420, ge=200, le=3000)
    """The same, where the text ends like a question or a finished clause; also in answer to a closed question."""
    sentence_dangling_ms: int = Field(default=1000, ge=200, le=5000)
    """The same, where the text ends in 那个, 就是, 然后, 的 …: the caller is still thinking."""
    short_ms: int = Field(default=560, ge=200, le=3000)
    """Silence that ends an answer to a closed question."""
    short_won_ms: int = Field(default=340, ge=150, le=3000)
    """The same, where the sound itself has chosen one of the expected phrases."""
    story_ms: int = Field(default=900, ge=200, le=5000)
    """Silence that ends a story: people stop to think."""
    story_complete_ms: int = Field(default=680, ge=200, le=5000)
    """The same, where the text ends like a finished clause."""
    story_dangling_ms: int = Field(default=1400, ge=200, le=5000)
    """The same, where it plainly does not."""
    number_ms: int = Field(default=1150, ge=200, le=5000)
    """Silence that ends a number: people pause between its groups."""
    number_complete_ms: int = Field(default=480, ge=200, le=5000)
    """The same, once all digits are there."""
    place_ms: int = Field(default=820, ge=200, le=5000)
    """Silence that ends a place: 阳光花园 … 五号楼 … 二单元."""
    place_complete_ms: int = Field(default=540, ge=200, le=5000)
    """The same, where the text ends in a door, a building or a position (室, 门口, 旁边), or like a question."""
    unheard_ms: int = Field(default=700, ge=200, le=5000)
    """Silence that ends a sentence whose text is not there yet; the reply then waits for the text alone."""


class AsrSettings(Settings):
    """How speech is recognised."""

    workers: int = Field(default=2, ge=1, le=64)
    """Recogniser processes; one a core, because each uses one thread. A process takes about 300 MB."""
    queue_limit: int = Field(default=24, ge=1, le=1000)
    """Stretches of speech that may wait. More would be answered too late to be of use."""
    spare_workers: int = Field(default=1, ge=0, le=16)
    """Processes, of the lowest priority and started when first needed, that only recognise what may be left out: the
    talk of callers and human agents. 0 saves 400 MB: it then borrows a process while no call needs one, and calls
    that come meanwhile wait for it (docs/decisions/072)."""
    nice: int = Field(default=5, ge=0, le=19)
    """Priority taken from the recognisers, so that the line's 20 ms clock goes first."""
    prompt: str = (
        "社保卡、医保、公积金、居住证、身份证、户口、护照、驾驶证、房产证、暖气、水费、电费、燃气、物业、低保、工资、孩子上学。"
        "以下是普通话的句子。"
    )
    """Text before the decoding: it keeps the characters simplified, and the words of a hotline take two of a hundred
    character errors away. Longer lists cost time and gain no more."""
    beam: int = Field(default=1, ge=1, le=10)
    """Beams of the free decoding. Five cost twice the time and gain about one point of character errors."""
    window_s: float = Field(default=3.0, ge=0, le=20)
    """Silence after the speech in the encoder's window; less makes the decoder loop."""
    least_window_s: float = Field(default=10.0, ge=1, le=30)
    """Shortest encoder window. The usual 30 s is four times slower and no better."""
    short_ms: int = Field(default=1600, ge=0, le=5000)
    """Voice up to which the global commands are scored against the sound, whatever was asked."""
    least_confidence: float = Field(default=0.2, ge=0, le=1)
    """Confidence under which text is noise and is left out. Real speech on a bad line keeps 0.35 and more."""
    turns: TurnSettings = TurnSettings()

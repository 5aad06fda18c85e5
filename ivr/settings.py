"""Settings of a call: how many, who the human is, how the bot takes turns."""

from pydantic import Field

from core.settings import Settings
from ivr.admission_settings import AdmissionSettings
from ivr.live_text_settings import LiveTextSettings
from ivr.overflow_settings import OverflowSettings
from ivr.queue_settings import QueueNames


class IvrSettings(Settings):
    """One telephone call, from offer to end."""

    max_calls: int = Field(default=30, ge=1, le=1000)
    """Calls that the bot talks with at the same time; the next one hears an apology and is called back.
    Two cores carry 30 within the turn gap of docs/performance.md, once everything is rendered; where they carry less,
    `[ivr.admission]` refuses earlier."""
    human: str = ""
    """SIP address of the human agents, e.g. `sip:agents@10.0.0.5`, for a line without queues. Empty: a call-back
    ticket is offered instead. With `[line] kind = "asterisk"` the queues of `[asterisk]` count."""
    patient_wait_s: int = Field(default=600, ge=10, le=7200)
    """Seconds in the queue after which a caller who chose to wait comes back to the bot, and may choose again."""
    barge_in_ms: int = Field(default=120, ge=40, le=1000)
    """Voice of the caller after which the bot falls silent to listen. Shorter, and every click stops it;
    longer, and callers feel talked over."""
    echo_share: float = Field(default=0.55, gt=0, le=1)
    """Share of the caller's sound that the bot's own voice explains, from which it is taken for an echo."""
    echo_window_ms: int = Field(default=1200, ge=200, le=3000)
    """How far back an echo is looked for: network and room together delay it by less than a second."""
    noise_ms: int = Field(default=600, ge=0, le=5000)
    """Sound without intelligible words shorter than this is a cough or a door, not something not understood."""
    max_call_s: int = Field(default=1800, ge=60, le=14400)
    """Longest call in seconds; then the bot says goodbye, what was said is kept."""
    drain_s: int = Field(default=120, ge=0, le=3600)
    """Seconds that running calls get to end when the service is stopped."""
    recordings: bool = True
    """Whether calls are recorded (two tracks: caller left, bot right)."""
    overflow: OverflowSettings = OverflowSettings()
    """Who takes a call first, and where it goes when they are full."""
    admission: AdmissionSettings = AdmissionSettings()
    """How busy the recognisers may get."""
    queues: QueueNames = QueueNames()
    """The queues of the human agents."""
    live_text: LiveTextSettings = LiveTextSettings()
    """The text of what callers and human agents say to each other."""

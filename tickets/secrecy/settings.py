"""How long personal data is kept."""

from pydantic import Field

from core.settings import Settings


class RetentionSettings(Settings):
    """How long personal data is kept. What is counted (steps, times, kinds, units) stays; a legal hold keeps all."""

    ticket_years: int = Field(default=5, ge=0, le=100)
    """Years after its close in which a ticket names its caller; 0: for ever. The city's archive rules may ask for
    more."""
    call_days: int = Field(default=365, ge=0, le=36500)
    """Days in which the record of a call keeps what was said and the number; 0: for ever."""
    recording_days: int = Field(default=180, ge=0, le=36500)
    """Days after which a recording is deleted; 0: never. Training and disputes need months, and sound is a voice."""
    draft_days: int = Field(default=90, ge=0, le=36500)
    """Days in which what a broken-off call left names its caller; 0: for ever."""
    at_hour: int = Field(default=3, ge=0, le=23)
    """Hour of the night in which the running hotline erases."""

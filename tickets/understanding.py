"""Everything that the dialogue asks of this room, in one object that loads its data once."""

from datetime import datetime
from unicodedata import normalize

from tickets import appeal as appeals
from tickets import place as places
from tickets.appeal import Appeal, KindClassifier
from tickets.deadlines import CHINA, WorkingCalendar, due
from tickets.emergency import Emergency, emergency
from tickets.gazetteer import Gazetteer, lanjiang
from tickets.learning.model import LetterClassifier
from tickets.learning.shipped import shipped_categories
from tickets.legal_ways import LegalWay, out_of_scope
from tickets.matters import MatterFound, ResponsibilityList, lanjiang_matters
from tickets.people import find_people
from tickets.person import NameFound, find_name
from tickets.place import PlaceFound
from tickets.plates import Plate, find_plate
from tickets.several import split_appeals
from tickets.ticket import Kind, Matter, Place, State, Ticket
from tickets.times import find_times
from tickets.understood import Guess, Understood, gist, place_guess, quotes, understood_to_data
from tickets.urgency import urgency
from tickets.wording import clean, summary, title

_LONGEST = 2000
"""Characters of one turn that are read; ten thousand words of anger say no more than these."""


class Understanding:
    """Understands appeals in one city's terms. Pure: no clock, no database; safe to share between calls."""

    def __init__(
        self,
        gazetteer: Gazetteer | None = None,
        matters: ResponsibilityList | None = None,
        kinds: KindClassifier | None = None,
        calendar: WorkingCalendar = CHINA,
        categories: LetterClassifier | None = None,
    ) -> None:
        """What is None is 澜江市's place names and matters, and the models made from our own appeals."""
        self.gazetteer = gazetteer or lanjiang()
        self.matters = matters or lanjiang_matters()
        self._kinds = kinds or appeals.classifier()
        self._calendar = calendar
        self._categories = categories or shipped_categories()

    def classify(self, text: str) -> Appeal:
        """Return the kind of appeal, with confidence, evidence and signals (secrecy, risk, repetition, anger)."""
        return self._kinds.classify(text[:_LONGEST])

    def emergency(self, text: str) -> Emergency | None:
        """Return the emergency that is happening now, if any."""
        return emergency(text[:_LONGEST])

    def out_of_scope(self, text: str) -> LegalWay | None:
        """Return the legal way that the matter has instead of the hotline, or None."""
        return out_of_scope(text[:_LONGEST])

    def split(self, text: str) -> list[str]:
        """Return the appeals in one turn, in order."""
        return split_appeals(text[:_LONGEST])

    def find_place(self, text: str, known: Place | None = None, asked: bool = False) -> PlaceFound:
        """Return the place in `text` added to what is known; `asked` where the bot has just asked for it."""
        return places.find_place(text[:_LONGEST], known, self.gazetteer, asked)

    def correct_place(self, place: Place, text: str) -> PlaceFound:
        """Return `place` with only that changed which the caller corrects."""
        return places.correct(place, text[:_LONGEST], self.gazetteer)

    def match_matter(self, text: str) -> MatterFound:
        """Return the matter of the responsibility list; the centre's fallback where none is near."""
        return self.matters.match(text[:_LONGEST])

    def find_name(self, text: str, asked: bool = False) -> NameFound | None:
        """Return the caller's name; `asked` where the bot has just asked for it."""
        return find_name(text[:_LONGEST], asked)

    def find_plate(self, text: str) -> Plate | None:
        """Return the number plate in `text`."""
        return find_plate(text[:_LONGEST])

    def understand(self, text: str, now: datetime) -> Understood:
        """Return every guess about `text`, said at `now`, with confidence and evidence."""
        return self._understand(text, now)[0]

    def _understand(self, text: str, now: datetime) -> tuple[Understood, Appeal, MatterFound, PlaceFound]:
        said = gist(normalize("NFKC", text), _LONGEST)
        heard, matter, place = self.classify(said), self.match_matter(said), self.find_place(said)
        (category,) = self._categories.judge([said])
        people = find_people(said)
        words = matter.evidence or category.evidence
        name = find_name(said)
        understood = Understood(
            kind=Guess(heard.kind.value, heard.confidence, quotes(text, heard.evidence)),
            category=Guess(
                category.label if category.alternatives else "",
                category.confidence,
                quotes(text, category.evidence),
                category.alternatives[1:],
            ),
            matter=Guess(matter.matter.name, matter.confidence, quotes(text, matter.evidence)),
            place=place_guess(place),
            times=find_times(said, now),
            people=people,
            name=Guess(name.name, name.confidence, quotes(text, (name.evidence,))) if name else Guess("", 0.0),
            urgency=urgency(said, people, now),
            title=title(said, words, place.place.community),
            summary=summary(said, place.place.community),
        )
        return understood, heard, matter, place

    def make_ticket(
        self,
        what: str,
        now: datetime,
        *,
        kind: Kind | None = None,
        place: Place | None = None,
        when: str = "",
        name: str = "",
        contact: str = "",
        confidential: bool | None = None,
        call_id: str = "",
        state: State = State.OPEN,
        note: str = "",
        matter: Matter | None = None,
    ) -> Ticket:
        """Return a ticket without number: title, matter, deadline and whatever is not given are read from `what`."""
        what = normalize("NFKC", what)
        guessed, heard, found, where = self._understand(what, now)
        if matter:
            found = MatterFound(matter, 1.0)
        place = place or where.place
        return Ticket(
            kind=kind or heard.kind,
            title=title(what, found.evidence or self.matters.words_of(found.matter), place.community),
            what=clean(what),
            place=place,
            when=when,
            name=name,
            contact=contact,
            confidential=heard.wants_confidential if confidential is None else confidential,
            matter=found.matter,
            state=state,
            call_id=call_id,
            created=now,
            due=due(now, found.matter.limit_hours, self._calendar),
            note=note,
            understood=understood_to_data(guessed),
        )

    def summary(self, text: str, place: Place | None = None) -> str:
        """Return at most 60 characters that tell the appeal back to its caller."""
        return summary(text[:_LONGEST], place.community if place else "")

    def vocabulary(self) -> tuple[str, ...]:
        """Return place names, matters and their signs, for correcting what was heard by sound."""
        matters = (matter.name for matter in self.matters.matters)
        signs = (word for words in self.matters.words for word in words if len(word) > 1)
        return tuple(dict.fromkeys((*self.gazetteer.names(), *matters, *signs)))

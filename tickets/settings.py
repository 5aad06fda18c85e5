"""Which city the tickets are of: `[tickets]` in hotline.toml."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from core.settings import Settings
from tickets.notices.ways import MailSettings


class NoticeSettings(Settings):
    """Who is reached where when supervision has something to say."""

    contacts: Path | None = None
    """YAML file of telephone numbers and mail addresses of units, offices and roles, by name (see
    docs/supervision.md). None: notices stay on the desk, those by SMS and mail are shown as failed."""

    mail: MailSettings = MailSettings()


class TicketSettings(Settings):
    """The city whose places are known."""

    city: str = ""
    """The city of this hotline, with its province where its name alone is not enough (`济宁市`, `吉林省吉林市`). Its
    districts and streets come from the country's divisions (`hotline models fetch`). Empty: 澜江市, an invented
    one."""

    places: Path | None = None
    """The city's own file of communities, buildings, grids and roads (YAML or CSV, see docs/places.md); none: what is
    below a street is kept as the caller says it. Needs `city`."""

    rules: str = "jinchang"
    """The city's way with tickets: limits, stages, who may do what. A preset (jinchang, linyi, jining, chengdu,
    shenyang), or a YAML file like those in tickets/data/cities/."""

    dispatch_model: Path | None = None
    """A model of departments (`hotline tickets train --field department --out`), asked where the responsibility list
    is not sure; none: the city's version that is in force (`hotline tickets models`), else a human is asked."""

    dispatch_alone_from: float = Field(default=0.9, ge=0, le=1)
    """Confidence (0 to 1) from which the hotline dispatches without a human. Below it a ticket waits with its
    suggestions; 1 leaves all but the clearest to humans."""

    bounces_that_teach: int = Field(default=3, ge=1)
    """Returns of one matter by one unit from which on the next such ticket is no longer simply sent there."""

    learn_from_steps: int = Field(default=100_000, ge=0)
    """Steps of tickets, the newest, in which returns are looked for: about a day's of a large city, some 2 s."""

    replies: Path | None = None
    """The city's own templates (YAML like tickets/data/replies.yaml); they add to the usual ones, or replace those of
    the same id."""

    attachment_mb: float = Field(default=20, gt=0, le=200)
    """Megabytes of one attachment at most: a photo has 3 to 12, a minute of sound 1 to 10."""

    notices: NoticeSettings = NoticeSettings()

    category_model: Path | None = None
    """A model of categories (`hotline tickets train --field category --out`); none: the city's version that is in
    force (`hotline tickets models`), else the one that is shipped."""

    kind_model: Path | None = None
    """A model of kinds (`hotline tickets train --field kind --out`); none: the city's version that is in force, else
    what our own appeals teach."""

    holidays: Path | None = None
    """Days off and made-up working days of years that chinesecalendar does not know yet: YAML as in
    docs/appeals.md."""

    @model_validator(mode="after")
    def _of_a_city(self) -> Self:
        if self.places and not self.city:
            raise ValueError("places 需要同时写明 city,例如 city = '济宁市'")
        return self

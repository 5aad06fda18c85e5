"""hotline.toml as a whole: one section a room."""

from pathlib import Path

from pydantic import Field, model_validator

from agent_desk.settings import DeskSettings
from asr.settings import AsrSettings
from core.errors import SettingsError
from core.settings import Settings
from dialog.settings import DialogSettings
from ivr.settings import IvrSettings
from knowledge_base.settings import KnowledgeBaseSettings
from telephony.asterisk.settings import AsteriskSettings
from telephony.settings import LineSettings
from tickets.callback_settings import CallBackSettings
from tickets.settings import TicketSettings
from tts.settings import TtsSettings


class RecordsSettings(Settings):
    """Where calls, tickets and recordings are kept."""

    folder: Path = Path("var")
    """Folder of the embedded database and the recordings, from the working directory."""
    url: str = ""
    """SQLAlchemy URL of the database, e.g. postgresql://hotline@db.example/hotline; empty: SQLite in `folder`."""
    connections: int = Field(default=4, ge=1, le=64)
    """Connections to PostgreSQL; SQLite has one."""
    keys: Path | None = None
    """File of the keys that personal data is sealed with, made at the first start; empty: keys.json in `folder`. In a
    city it belongs elsewhere than the database and its backups: whoever has both can read everything, and without it
    nobody can."""

    @property
    def database_url(self) -> str:
        """The URL in force."""
        return self.url or f"sqlite:///{self.folder / 'hotline.db'}"

    @property
    def keys_file(self) -> Path:
        """The file of keys in force."""
        return self.keys or self.folder / "keys.json"


class HealthSettings(Settings):
    """The health page."""

    host: str = "127.0.0.1"
    """Address of /healthz and /metrics; they show no personal data, but counts of calls."""
    port: int = Field(default=8012, ge=0, le=65535)
    """TCP port; 0 takes any free one."""


class ServeSettings(Settings):
    """What `hotline serve` does beside its calls."""

    render_ahead: bool = True
    """Whether prompts and answers that are not rendered yet are rendered in the background after the start. Off where
    they come with the cache, and while something is measured."""


class KnowledgeSettings(KnowledgeBaseSettings):
    """The knowledge base."""

    folder: Path = Path(__file__).parent.parent / "knowledge_base" / "data" / "lanjiang"
    """Folder of YAML entries that go live once, where the records have no entries yet; afterwards entries are changed
    with `hotline kb`. The default is the invented city 澜江市; an empty folder begins with none."""


class HotlineSettings(Settings):
    """Everything that hotline.toml may say."""

    line: LineSettings = LineSettings()
    asterisk: AsteriskSettings = AsteriskSettings()
    asr: AsrSettings = AsrSettings()
    tts: TtsSettings = TtsSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    tickets: TicketSettings = TicketSettings()
    dialog: DialogSettings = DialogSettings()
    ivr: IvrSettings = IvrSettings()
    records: RecordsSettings = RecordsSettings()
    callback: CallBackSettings = CallBackSettings()
    health: HealthSettings = HealthSettings()
    desk: DeskSettings = DeskSettings()
    serve: ServeSettings = ServeSettings()

    @model_validator(mode="after")
    def _agree(self) -> "HotlineSettings":
        """Asterisk needs a number, and no caller may be sent to a queue that it does not have."""
        if self.line.kind == "asterisk":
            if self.line.number == "*":
                raise ValueError('[line] number = "*" 只用于内置线路:Asterisk 需要热线自己的号码')
            there, chosen = {queue.name for queue in self.asterisk.queues}, self.ivr.queues
            wanted = {"general", *(chosen.model_fields_set & {"company", "dialect", "leader"})}
            for field in sorted(wanted):
                name = getattr(chosen, field)
                if name and name not in there:
                    raise ValueError(f"[ivr.queues] {field} = {name!r}: [[asterisk.queues]] 里没有这个队列")
        return self

    def as_node(self, name: str) -> "HotlineSettings":
        """Return the settings for the process `name` of `asterisk.nodes`; each has a health port of its own.

        Raises `SettingsError` where there is no such node.
        """
        names = [node.name for node in self.asterisk.nodes]
        if name not in names:
            raise SettingsError(
                where="asterisk.nodes", what=f"没有 {name},只有 {'、'.join(names)}", file="hotline.toml"
            )
        port = self.health.port and self.health.port + names.index(name)
        return self.model_copy(
            update={
                "asterisk": self.asterisk.model_copy(update={"node": name}),
                "health": self.health.model_copy(update={"port": port}),
            }
        )

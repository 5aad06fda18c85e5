"""A knowledge base of three entries, so that the dialogue is tested without a search index."""

from datetime import date

from knowledge_base.entry import Candidate, Context, Decision, Entry

CARD = Entry(
    "card-lost",
    "社保卡丢了怎么补办？",
    "带身份证到市民中心补办。当场就能拿到。",
    "社保",
    "社保卡",
    "补办",
    "社保卡补办",
)
PERMIT = Entry("permit", "居住证怎么办？", "带身份证到派出所办。不收费。", "户籍", "居住证", "办理", "居住证办理")
PROOF = Entry("proof", "居住证明怎么开？", "带身份证到社区开。", "户籍", "居住证明", "办理", "社区开居住证明")

NOTHING = Context()


class ThreeEntries:
    """Answers what names one subject, asks back between the two that are close, refuses the rest."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Context]] = []

    def ask(self, question: str, context: Context = NOTHING, today: date | None = None) -> Decision:
        self.asked.append((question, context))
        if "居住证明" in question:
            return Decision("ask_back", 0.5, options=(PERMIT, PROOF), reason="相近")
        for entry in (CARD, PERMIT):
            if entry.subject in question:
                return Decision("answer", 0.95, entry, candidates=(Candidate(entry, 0.9, {}),), reason="把握足够")
        return Decision("refuse", 0.05, reason="把握不足")

    def chosen(self, entry: Entry, question: str, today: date | None = None, area: str = "") -> Decision:
        says = "当场就能拿到。" if "几天" in question else ""
        return Decision("answer", 1.0, entry, says=says)

    def entry(self, id: str) -> Entry:
        return {entry.id: entry for entry in (CARD, PERMIT, PROOF)}[id]

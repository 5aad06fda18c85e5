"""What is heard at any moment, whoever has the floor: emergencies, 人工, 再说一遍, anger and the like."""

import re
from collections.abc import Callable

from dialog.call import Call
from dialog.commands import Command, only, says, squeeze
from dialog.form import Done, Form, Missed, Next, ToHuman
from dialog.forms.answer import details
from dialog.forms.ending import Rating
from dialog.forms.human import HandingOver, NoHuman
from dialog.forms.number import TELEPHONE, Number
from dialog.forms.special import Alarm
from dialog.intake.begin import escalate
from dialog.intake.confirm import Confirm
from dialog.intake.person import Contact
from dialog.intake.slot import Slot
from dialog.intake.story import Story

_ENGLISH = re.compile(r"[A-Za-z]{2,}")
_CLEAR = 0.6
"""Confidence (0 to 1) from which a text names its matter."""
_ONLY_SMS = 16
"""Characters from which on a turn says more than that an SMS is wanted."""
_OFFERS_NUMBER = re.compile(r"^(?:[^,，。]*号码?|[别不][^,，。]*)?[\s,，。]*[嗯那就还是要不请你您们可以换改]*打我")
""" "打我妈的" where a number is asked for offers one; with somebody who does it before it, it is an alarm."""
_HAN = re.compile(r"[\u4e00-\u9fff]")


def emergency(text: str, form: Form, call: Call) -> Next | None:
    """119, 110, 120, 122: named in the first sentence (scene 10)."""
    if isinstance(form, Alarm) or (isinstance(form, Contact | Number) and _OFFERS_NUMBER.search(text)):
        return None
    alarm = call.understanding.emergency(text)
    if alarm is None:
        return None
    call.pending = text
    return Alarm(alarm.service, alarm.evidence, alarm.cause, form if call.draft else None)


def human(text: str, form: Form, call: Call) -> Next | None:
    """A human, at once and without a question (scenes 9, 25)."""
    if isinstance(form, NoHuman | HandingOver) or not says(text, Command.HUMAN):
        return None
    if isinstance(form, Alarm) and not only(text, Command.HUMAN):
        return None  # "快派个人来": it is the alarm that is meant
    return ToHuman("asked")


def english(text: str, form: Form, call: Call) -> Next | None:
    """English: one sentence, then a human; a dialect likewise (scene 14)."""
    if says(text, Command.DIALECT):
        return ToHuman("dialect", "dialect")
    words = _ENGLISH.findall(text)
    if says(text, Command.ENGLISH) or (len(words) >= 2 and len(_HAN.findall(text)) < 2):
        return ToHuman("english", "english")
    return None


def repeat(text: str, form: Form, call: Call) -> Next | None:
    """The last turn again, not everything (scene 12)."""
    if not says(text, Command.REPEAT):
        return None
    slower = says(text, Command.SLOWER)
    call.slow = call.slow or slower
    call.note("repeat", slower=slower)
    say_again(call)
    return form


def slower(text: str, form: Form, call: Call) -> Next | None:
    """Slow from now on, for the whole call, and the last turn again (scene 12)."""
    if not says(text, Command.SLOWER):
        return None
    call.slow = call.settings.slower_for_good
    call.note("slower", reason="来电人要求慢一点")
    call.say("slower", slow=True)
    say_again(call)
    return form


def machine(text: str, form: Form, call: Call) -> Next | None:
    """The truth, and how to reach a human (scene 20)."""
    if not says(text, Command.MACHINE):
        return None
    call.note("machine", reason="如实说明")
    call.say("machine")
    form.again(call)
    return form


def anger(text: str, form: Form, call: Call) -> Next | None:
    """No argument: a repeated complaint is recognised and handed up (scene 19)."""
    if isinstance(form, Rating | NoHuman | HandingOver | Alarm):
        return None
    appeal = call.understanding.classify(text)
    about_us = says(text, Command.COMPLAINT_OF_US)
    if not (about_us and (appeal.angry or appeal.repeated)) or call.understanding.out_of_scope(text):
        return None
    if not appeal.repeated and call.understanding.match_matter(text).confidence >= _CLEAR:
        return None  # cross, but with a matter that can be taken in at once
    call.repeated = call.repeated or appeal.repeated
    call.note("anger", angry=appeal.angry, repeated=appeal.repeated, reason="对热线不满,重复诉求升级")
    if call.draft:
        call.draft.repeated = call.draft.repeated or appeal.repeated
    if call.staffing("angry").reachable:
        call.pending = call.pending or text
        return ToHuman("angry", "transfer_angry" if appeal.repeated else "transfer_cross")
    if call.draft:
        if appeal.repeated:
            escalate(call.draft, call)
        else:
            call.say("sorry_cross")
        return Done()
    return None


def sms(text: str, form: Form, call: Call) -> Next | None:
    """Details by SMS."""
    if not says(text, Command.SMS) or isinstance(form, Story | Confirm):
        return None
    text_out = details(call)
    if not text_out or len(squeeze(text)) > _ONLY_SMS:
        call.wants_sms = True  # sent with the answer
        if len(squeeze(text)) > _ONLY_SMS:
            return None
        call.say("sms_nothing")
        return form
    number = call.contact or call.caller or ""
    if not number:
        return Number("sms_number", TELEPHONE, lambda given, c: _send(given, text_out, c))
    _send(number, text_out, call)
    form.again(call)
    return form


def wait(text: str, form: Form, call: Call) -> Next | None:
    """ "等一下" gives the caller the floor."""
    if isinstance(form, NoHuman) or not only(text, Command.WAIT):
        return None
    call.say("take_your_time" if isinstance(form, Slot | Number) else "i_listen")
    return form


def _send(number: str, text: str, call: Call) -> Next:
    call.sms(number, text)
    call.note("sms", reason="来电人要求")
    call.say("sms_sent")
    return Done()


def say_again(call: Call) -> None:
    """Repeat the last turn, at the pace that holds now."""
    for said in call.last_said:
        call.speak(said.text, fixed=said.fixed, slow=said.slow, interruptible=said.interruptible)
    if not call.last_said:
        call.say("please_speak")


def noise(text: str, form: Form, call: Call) -> Next | None:
    """Syllables without sense."""
    said = squeeze(text)
    return Missed("not_heard") if len(said) >= 4 and len(set(said)) == 1 and said[0] not in "喂零" else None


Interceptor = Callable[[str, Form, Call], Next | None]
INTERCEPTORS: tuple[Interceptor, ...] = (emergency, human, english, repeat, slower, machine, anger, sms, wait, noise)
"""In this order; the first that answers has the turn."""

"""All orders that the desk and the command line give to the agents' seats."""

from telephony.asterisk.listening import Listening
from telephony.asterisk.pauses import Pauses
from telephony.asterisk.talk_orders import TalkOrders


class Control(Listening, TalkOrders, Pauses):
    """Give it the exchange and where to record. Every order raises a sentence in Chinese where it cannot be done.

    Orders look up channels in `exchange.talks` and keep nothing themselves, so that any process may give them, at any
    time. `docs/decisions/071` says how they are carried out.
    """

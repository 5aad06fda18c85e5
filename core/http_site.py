"""An aiohttp application that listens on a port."""

from aiohttp import web

from core.errors import HotlineError


class HttpSite:
    """Serves `app`; `taken` is the error, with `host` and `port`, for a port that somebody else has."""

    def __init__(self, app: web.Application, taken: type[HotlineError]) -> None:
        self._runner = web.AppRunner(app, access_log=None)  # who asks for what is nobody's to read in a log
        self._taken = taken
        self.port = 0
        """Where it listens, once it does."""

    async def start(self, host: str, port: int) -> None:
        """Listen on TCP `host`:`port` (0: any free one). Raises `taken`."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise self._taken(host=host, port=port) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

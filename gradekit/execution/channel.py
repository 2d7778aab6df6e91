"""A queue of messages with the one method that nbclient calls."""

import asyncio
import collections
import queue


class Channel:
    """Messages that wait for nbclient.

    Parameters
    ----------
    send : callable, optional
        Called with messages that nbclient sends.
    """

    def __init__(self, send=None):
        self._messages, self._arrived = collections.deque(), None
        self.send = send

    def put(self, message):
        """Add a message."""
        self._messages.append(message)
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def clear(self):
        """Forget what nobody fetched."""
        self._messages.clear()

    async def get_msg(self, timeout=None):
        """Return the next message; raise `queue.Empty` if there is none for so many seconds."""
        if not self._messages:
            self._arrived = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(self._arrived, timeout)
            except TimeoutError:
                raise queue.Empty from None
        return self._messages.popleft()

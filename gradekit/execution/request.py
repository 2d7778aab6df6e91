"""A cell that was sent to a kernel, and what is known of it."""

import asyncio
import secrets
from dataclasses import dataclass, field


@dataclass
class Request:
    """A cell that runs, ran, or is run again.

    Attributes
    ----------
    kernel : process.Kernel or None
        None if it does not run at all.
    role : {"answers", "tests"}
    cell, count : int
        Its place among all cells, and its number among those that run.
    source : str
    replayed : bool
        Whether it ran before: then nobody is to see what it writes.
    again : bool
        Whether it is a test cell that runs for a second time, because the first left a doubt.
    size : int
        Bytes that it has written.
    interrupted : bool
        Whether it took too long.
    interrupting : asyncio.Task or None
        An interrupt that may still be on its way; it must not meet the next cell.
    ended : bool
        Whether it was ended with an error, whatever its kernel says.
    doubt : bool
        Whether a function changed what a test gave to it, and the test did not see that.
    succeeded : bool
        Whether its kernel says so.
    idle : asyncio.Event
        When the kernel is done with it, or gone.
    """

    kernel: object
    role: str
    cell: int
    source: str
    count: int
    replayed: bool = False
    again: bool = False
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    size: int = 0
    interrupted: bool = False
    interrupting: asyncio.Task | None = None
    ended: bool = False
    doubt: bool = False
    succeeded: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self):
        """Send it to its kernel, which learns how many cells ran elsewhere before it."""
        kernel = self.kernel
        elsewhere, kernel.count = self.count - 1 - kernel.count, self.count
        content = {
            "code": self.source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        await kernel.request(
            type="execute_request",
            id=self.id,
            content=content,
            count=self.count,
            elsewhere=elsewhere,
            again=self.again,
        )

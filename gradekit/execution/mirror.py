"""Global names that a test and the student's functions share.

In one process a test that sets or deletes a global name, or empties a global list, changes what the
student's functions find, and sees what these set. Here both sides have a namespace of their own.
For the names that a test asked for, and only for these, each message tells what has changed.
"""

from gradekit.execution.leases import KINDS, is_small, overwrite, snapshot

_MISSING = object()


class Mirror:
    """The names of one side that the other side has, too.

    Parameters
    ----------
    namespace : dict
    can_send : callable
        Whether a value can travel.
    accepts_change : callable
        Whether the other side may change a name that this side has set, given as "@name".
    """

    def __init__(self, namespace, can_send, accepts_change):
        self._namespace, self._can_send = namespace, can_send
        self._accepts_change = accepts_change
        self._known, self._own = {}, set()

    def watch(self, name, value):
        """From now on tell what happens to a name that has this value."""
        self._known[name] = value, _content(value)

    def forget(self):
        """A test cell is over: tell nothing more."""
        self._known.clear()
        self._own.clear()

    def changes(self):
        """Return what has happened to names since told.

        Returns
        -------
        list of list
            [name, value, whether its content was changed], or [name] of one that was deleted.
        """
        found = []
        for name, (value, content) in self._known.items():
            now = self._namespace.get(name, _MISSING)
            if now is value and _content(now) == content:
                continue
            self.watch(name, now)
            self._own.add(name)
            if now is _MISSING:
                found.append([name])
            elif self._can_send(now):
                found.append([name, now, now is value])
        return found

    def apply(self, changes):
        """Do what `changes` of the other side tells, unless this side set the name itself."""
        for name, *new in changes:
            known = self._known.get(name, (_MISSING,))[0]
            if name not in self._known or self._namespace.get(name, _MISSING) is not known:
                continue
            if name in self._own and not self._accepts_change(f"@{name}"):
                continue
            if not new:
                self._namespace.pop(name, None)
            elif new[1] and type(new[0]) in KINDS and type(known) is type(new[0]):
                overwrite(known, new[0])
            else:
                self._namespace[name] = new[0]
            self.watch(name, self._namespace.get(name, _MISSING))


def _content(value):
    return snapshot(value) if type(value) in KINDS and is_small(value) else None

"""What travels to the worker that runs a notebook, and what comes back.

Everything here can be pickled and holds no path: a worker may be a process on this machine or one
of a cluster that does not see the course.
"""

from dataclasses import dataclass, field

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a notebook may use.

    Attributes
    ----------
    cell_seconds : float
        Of one cell, by the clock.
    notebook_seconds : float
        Of all cells together.
    memory : int
        Bytes, of all processes of a notebook together.
    processes : int
        Processes and threads at the same time.
    file_size : int
        Bytes, of one file, and of all files that a notebook writes together.
    output : int
        Bytes of output that is kept of one cell.
    """

    cell_seconds: float = 30
    notebook_seconds: float = 600
    memory: int = 2048 * MIB
    processes: int = 64
    file_size: int = 256 * MIB
    output: int = 8 * MIB


@dataclass(frozen=True)
class Modules:
    """The course's own modules.

    Attributes
    ----------
    files : dict of str to bytes
        Contents by path relative to the course's folder: top-level modules and packages.
    public : frozenset of str
        Top-level names that the student's code may import, too; all others are the tests' alone.
    """

    files: dict = field(default_factory=dict)
    public: frozenset = frozenset()


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Attributes
    ----------
    name : str
        "student/assignment/notebook", for messages.
    notebook, source : str
        JSON of the sanitized submission, test cells whole, and of the instructor's notebook.
    files : dict of str to bytes
        The working folder, by relative path.
    given : frozenset of str
        Those of the files that come from the course.
    modules : Modules
    limits : Limits
    unprotected : bool
        Whether to run where no sandbox is to be had.
    together : frozenset of str
        Ids of test cells that the instructor allows to run in the student's process.
    in_place : frozenset of str
        Functions (``"f"``) and methods (``".m"``) whose changes of arguments tests see; "*": all.
    """

    name: str
    notebook: str
    source: str
    files: dict = field(default_factory=dict)
    given: frozenset = frozenset()
    modules: Modules = field(default_factory=Modules)
    limits: Limits = field(default_factory=Limits)
    unprotected: bool = False
    together: frozenset = frozenset()
    in_place: frozenset = frozenset()


@dataclass(frozen=True)
class Event:
    """Something that student and instructor are told: a limit that was hit, a kernel that died.

    Attributes
    ----------
    kind : str
        "time", "memory", "processes", "file size", "output", "died", "protocol".
    cell : int or None
        Index of the cell in the notebook.
    sentence : str
        In plain words.
    """

    kind: str
    cell: int | None
    sentence: str


@dataclass
class Result:
    """What came of a notebook.

    Attributes
    ----------
    notebook : str
        JSON of the executed notebook.
    events : list of Event
    fault : str or None
        Why the notebook could not be run to its end, as one sentence.
    ask_human : dict of str to str
        Ids of test cells that a human has to grade, with the reason.
    cpu_seconds : float
        Processor time of all processes that ran the notebook.
    protection : str
        What protected this run, in one line.
    """

    notebook: str
    events: list = field(default_factory=list)
    fault: str | None = None
    ask_human: dict = field(default_factory=dict)
    cpu_seconds: float = 0.0
    protection: str = ""

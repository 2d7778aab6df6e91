"""A Dask cluster as the place where notebooks run."""

import warnings
from concurrent.futures import Executor

import gradekit
from gradekit import fingerprint
from gradekit.grading.executors import NoWorkers
from gradekit.sandbox import probe

_SECONDS = 30


class Cluster(Executor):
    """Runs functions on a Dask cluster; closing it closes the connection.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client):
        self.client, self._executor = client, client.get_executor(pure=False)

    def submit(self, function, /, *arguments):
        """Run a function of an importable module; returns its Future."""
        with warnings.catch_warnings():
            # A notebook travels with its files, which Dask would rather find where it works.
            warnings.filterwarnings("ignore", "Sending large graph")
            return self._executor.submit(function, *arguments)

    def protections(self):
        """What protects the workers' machines from the notebooks."""
        return list(self.client.run(probe).values())

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Let the jobs end, or with `cancel_futures` forget them."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self.client.close()


def engine():
    """What a machine's engine is: a text that is the same where the engine is."""
    return f"{gradekit.__version__} {fingerprint.of_engine()}"


def connect(address):
    """Connect to a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, for instance "tcp://10.0.0.1:8786".

    Returns
    -------
    executor : concurrent.futures.Executor
    slots : int
        The number of notebooks that it can run at once.

    Raises
    ------
    NoWorkers
        If Dask is not installed, the scheduler does not answer or has no workers, or one of them
        has not the same engine as this machine.
    """
    try:
        from distributed import Client
    except ImportError:
        raise NoWorkers(
            "c.Autograde.scheduler is set, and dask.distributed is not installed: "
            "pip install 'gradekit[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise NoWorkers(
            f"No Dask scheduler answers at {address} ({_first_line(error)}); "
            "start one with `dask scheduler`, or remove c.Autograde.scheduler."
        ) from None
    try:
        slots = _slots(client, address)
        _compare(client, address)
    except BaseException:
        client.close()
        raise
    return Cluster(client), slots


def _slots(client, address):
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        raise NoWorkers(
            f"The Dask scheduler at {address} has no worker; start one: dask worker {address}"
        ) from None
    return sum(client.nthreads().values())


def _compare(client, address):
    """Refuse a scheduler or worker that has no engine, or another one."""
    for worker in [None, *client.nthreads()]:
        place = f"worker {worker}" if worker else f"scheduler {address}"
        try:
            if worker is None:
                found = client.run_on_scheduler(engine)
            else:
                found = client.run(engine, workers=[worker])[worker]
        except Exception as error:  # what arrives is whatever happened there
            raise NoWorkers(
                f"The Dask {place} has no gradekit that it can import ({_first_line(error)}); "
                f"install gradekit {gradekit.__version__} there."
            ) from None
        if found != engine():
            raise NoWorkers(
                f"The Dask {place} has another gradekit ({found.split()[0]}) than this machine "
                f"({gradekit.__version__}); install the same there."
            )


def _first_line(error):
    return str(error).strip().partition("\n")[0] or type(error).__name__

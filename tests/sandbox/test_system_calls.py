"""System calls that a sandboxed process must not make, tried for real and on a model of the kernel.

The model runs filters of both architectures, whichever this machine has.
"""

import errno
import platform
import struct

import pytest

from gradekit.sandbox import denied_calls, seccomp
from gradekit.sandbox.syscall_numbers import NUMBERS

X86, ARM = "x86_64", "aarch64"
MACHINES = {X86: (0, 0xC000003E), ARM: (1, 0xC00000B7)}
TABLES = [denied_calls.alone(), denied_calls.in_company(1, 500), denied_calls.in_company(6, 500)]


def answer(filter_, machine, name, *arguments):
    """What the kernel would answer: "allow", "kill", or the name of an error."""
    column, architecture = MACHINES[machine]
    number = NUMBERS[name][column] if isinstance(name, str) else name
    arguments = [argument & 0xFFFFFFFFFFFFFFFF for argument in (*arguments, *[0] * 6)][:6]
    data = struct.pack("IIQ6Q", number, architecture, 0, *arguments)
    place, value = 0, 0
    while True:
        code, if_true, if_false, constant = struct.unpack_from("HBBI", filter_, 8 * place)
        place += 1
        if code == 0x20:
            (value,) = struct.unpack_from("I", data, constant)
        elif code == 0x54:
            value &= constant
        elif code == 0x06:
            if constant >> 16 == 5:
                return errno.errorcode.get(constant & 0xFFFF, "ignore")
            return {0x7FFF0000: "allow", 0x80000000: "kill"}[constant]
        else:
            true = {0x15: value == constant, 0x35: value >= constant, 0x45: value & constant}[code]
            place += if_true if true else if_false


@pytest.fixture(params=MACHINES)
def machine(request):
    return request.param


@pytest.mark.parametrize("table", TABLES)
def test_is_each_denied_call_denied_on_both_architectures(machine, table):
    filter_ = seccomp.assemble(table, machine)
    for name, rules in table.items():
        if isinstance(rules, int) and NUMBERS[name][MACHINES[machine][0]] is not None:
            assert answer(filter_, machine, name) in ("EPERM", "ENOSYS", "ignore"), name


@pytest.mark.parametrize("table", TABLES)
def test_are_other_calls_allowed(machine, table):
    filter_ = seccomp.assemble(table, machine)
    denied = {NUMBERS[name][MACHINES[machine][0]] for name in table}
    for number in set(range(460)) - denied:
        assert answer(filter_, machine, number) == "allow"


def test_are_other_architectures_and_x32_refused(machine):
    filter_ = seccomp.assemble(denied_calls.alone(), machine)
    assert answer(filter_, machine, 0x40000000 + 39) == "ENOSYS"
    assert answer(filter_, machine, 0xFFFFFFFF) == "ENOSYS"
    other = {X86: ARM, ARM: X86}[machine]
    assert answer(filter_, other, "kill") == "kill"


def test_do_new_namespaces_fail_and_threads_and_processes_not(machine):
    filter_ = seccomp.assemble(denied_calls.alone(), machine)
    for flag in (0x80, 0x20000, *[1 << bit for bit in range(25, 31)]):
        assert answer(filter_, machine, "clone", flag | 17) == "EPERM"
    of_threads, of_fork = 0x3D0F00, 0x1200011
    assert answer(filter_, machine, "clone", of_threads) == "allow"
    assert answer(filter_, machine, "clone", of_fork) == "allow"


def test_do_rules_look_at_the_argument_that_matters(machine):
    filter_ = seccomp.assemble(denied_calls.alone(), machine)
    for asked, expected in [
        (("ioctl", 0, 0x5401), "allow"),
        (("ioctl", 0, 0x5412), "EPERM"),
        # The kernel looks at the lower half of this argument only.
        (("ioctl", 0, 0x100005412), "EPERM"),
        (("personality", 0xFFFFFFFF), "allow"),
        (("personality", 0x0040000), "EPERM"),
        (("prlimit64", 0), "allow"),
        (("prlimit64", 1), "EPERM"),
        (("prctl", 35), "EPERM"),
        (("prctl", 15), "allow"),
        (("socket", 1, 2 | 0x80000, 0), "allow"),
        (("socket", 2, 1 | 0x80800, 6), "allow"),
        (("socket", 10, 2, 17), "allow"),
        (("socket", 2, 1, 17), "EPERM"),
        (("socket", 2, 3, 1), "EPERM"),
        (("socket", 16, 3, 0), "EPERM"),
        (("socketpair", 1, 1), "allow"),
        (("socketpair", 40, 1), "EPERM"),
    ]:
        assert answer(filter_, machine, *asked) == expected, asked


def test_is_less_allowed_where_others_are_in_sight(machine):
    filter_ = seccomp.assemble(denied_calls.in_company(1, 500), machine)
    for asked, expected in [
        (("socket", 1, 1, 0), "EPERM"),
        (("socketpair", 1, 1 | 0x80000), "allow"),
        (("socketpair", 1, 2), "EPERM"),
        (("fcntl", 3, 1), "allow"),
        (("fcntl", 3, 8), "EPERM"),
        (("setpriority", 0, 0), "allow"),
        (("setpriority", 0, 77), "EPERM"),
        (("prctl", 1, 0), "EPERM"),
        (("fchmodat", 5, 0, 0o777), "ignore"),
        (("openat", -100, 0, 0o1000), "EPERM"),
        (("openat", -100, 0, 0o1001), "allow"),
        (("openat", -100, 0, 0), "allow"),
        (("truncate", 0, 0), "EPERM"),
        (("kill", 0), "allow"),
        (("kill", 499), "EPERM"),
        (("kill", 500), "allow"),
        (("kill", -1), "EPERM"),
        (("kill", -499), "EPERM"),
        (("kill", -500), "allow"),
        (("kill", -700), "allow"),
        (("tgkill", 1, 1), "EPERM"),
    ]:
        assert answer(filter_, machine, *asked) == expected, asked
    with_newer_landlock = seccomp.assemble(denied_calls.in_company(6, 500), machine)
    assert answer(with_newer_landlock, machine, "kill", 499) == "allow"
    assert answer(with_newer_landlock, machine, "truncate") == "allow"


def test_are_denied_calls_denied_for_real(zygote):
    column = MACHINES[platform.machine()][0]
    numbers = {
        name: NUMBERS[name][column]
        for name, rules in denied_calls.alone().items()
        if isinstance(rules, int) and NUMBERS[name][column] is not None
    }
    found = zygote.call("raw_calls", numbers)
    absent = {"clone3", "memfd_create", "memfd_secret"}
    assert {n for n, error in found.items() if error == "ENOSYS"} == absent & set(found)
    assert {n for n, error in found.items() if error == "EPERM"} == set(found) - absent


def test_can_it_make_namespaces(zygote):
    assert set(zygote.call("namespaces").values()) == {"EPERM"}


def test_can_it_type_into_a_terminal(zygote):
    assert zygote.call("ioctl_on_pipe", [0x5412, 0x541C]) == ["EPERM", "EPERM"]


def test_does_it_reach_the_kernel_by_x32(zygote):
    if platform.machine() == X86:
        assert zygote.call("raw", 0x40000000 + NUMBERS["kill"][0], 1, 9) == "ENOSYS"


def test_which_sockets_does_it_get(zygote):
    found = zygote.call("sockets")
    allowed = {name for name, what in found.items() if what == "allowed"}
    assert allowed == ({"unix", "tcp", "udp6"} if zygote.kind == "namespaces" else set())


def test_does_it_reach_a_server_on_this_machine(zygote, server):
    assert zygote.call("connect_to", server) in ("ECONNREFUSED", "EPERM")
    assert zygote.call("connect_to", ("192.0.2.1", 80)) in ("ENETUNREACH", "EPERM")


def test_has_it_any_privilege(zygote):
    found = zygote.call("capabilities")
    # Ordinary users have no privileges to take away for later programs, only to forbid.
    bounds = found.pop("CapBnd")
    assert bounds == "0" * 16 or (zygote.kind, zygote.user) == ("landlock", "user")
    assert {v for name, v in found.items() if name.startswith("Cap")} == {"0" * 16}
    assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")
    assert found["Uid"] != "0"
    # In a user namespace there is no root.
    assert set(zygote.call("become_root")) <= {"EPERM", "EINVAL"}

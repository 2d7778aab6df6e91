"""Filters of system calls: writes the small programs that the kernel runs on each call.

A filter is a table from names of calls to an `Answer`, or to a list of rules that look at the
call's arguments. What is not in the table is allowed. Calls of other architectures (x32, i386) are
not understood and refused.
"""

import ctypes
import errno
import platform
import struct
from typing import NamedTuple

from gradekit.sandbox import kernel_calls as kernel
from gradekit.sandbox.syscall_numbers import NUMBERS

# Of platform.machine(): the column in the table of numbers, and the kernel's name for it.
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000

EQUAL, AT_LEAST, ANY_BIT = 0x15, 0x35, 0x45
_LOAD, _MASK, _RETURN = 0x20, 0x54, 0x06
_ALL_BITS = 0xFFFFFFFF

_KILL, _ERROR = 0x80000000, 0x00050000
ALLOW, REFUSE, LACK = 0x7FFF0000, _ERROR | errno.EPERM, _ERROR | errno.ENOSYS
# The caller is told of success, and nothing happens.
IGNORE = _ERROR


class Condition(NamedTuple):
    """One question about the lower half of an argument, after a mask."""

    argument: int
    comparison: int
    value: int
    mask: int = _ALL_BITS


class Rule(NamedTuple):
    """What to answer if all conditions hold."""

    answer: int
    conditions: tuple


def if_any(answer, argument, comparison, *values):
    """Rules that give the answer if one argument compares so to one of the values."""
    return [Rule(answer, (Condition(argument, comparison, value),)) for value in values]


def _step(code, value=0, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def _assemble_rule(rule):
    steps = [_step(_RETURN, rule.answer)]
    for condition in reversed(rule.conditions):
        # Where it fails, jump over all that is left of this rule.
        steps.insert(0, _step(condition.comparison, condition.value, 0, len(steps)))
        if condition.mask != _ALL_BITS:
            steps.insert(0, _step(_MASK, condition.mask))
        # Both architectures store the lower half of an argument first.
        steps.insert(0, _step(_LOAD, 16 + 8 * condition.argument))
    return steps


def _assemble_call(number, rules):
    if isinstance(rules, int):
        return [_step(EQUAL, number, 0, 1), _step(_RETURN, rules)]
    steps = [step for rule in rules for step in _assemble_rule(rule)]
    # Rules that allow are exceptions from a refusal, others from a permission.
    steps.append(_step(_RETURN, REFUSE if rules[-1].answer == ALLOW else ALLOW))
    return [_step(EQUAL, number, 0, len(steps)), *steps]


def assemble(table, machine=None):
    """The filter as bytes.

    Parameters
    ----------
    table : dict of str to (int or list of Rule)
    machine : {"x86_64", "aarch64"}, optional
        This one if absent.
    """
    machine = machine or platform.machine()
    if machine not in _ARCHITECTURES:
        raise kernel.SandboxError(f"filtering system calls of {machine}", errno.ENOSYS)
    column, architecture = _ARCHITECTURES[machine]
    steps = [
        _step(_LOAD, 4),
        _step(EQUAL, architecture, 1),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),
        # aarch64 has no numbers that large either.
        _step(AT_LEAST, _X32, 0, 1),
        _step(_RETURN, LACK),
    ]
    for name, rules in table.items():
        if (number := NUMBERS[name][column]) is not None:
            steps += _assemble_call(number, rules)
    return b"".join([*steps, _step(_RETURN, ALLOW)])


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def install(filter_):
    """Put a filter on this process and all that it will start; no_new_privs must be set."""
    program = _Program(len(filter_) // 8, filter_)
    address = ctypes.addressof(program)
    kernel.prctl("filtering system calls", kernel.PR_SET_SECCOMP, 2, address)

"""Which system calls a notebook may not make.

The default is to allow: scientific libraries use many calls and every new C library other ones, so
a list of what is allowed breaks right answers on the next machine. What is denied is what reaches
out of the sandbox or into parts of the kernel that no notebook needs: mounts, namespaces, other
processes' memory, keys, kernel modules, clocks, BPF, io_uring, raw sockets, and memory that no
count of a process shows.
"""

from gradekit.sandbox.seccomp import (
    ALLOW,
    ANY_BIT,
    AT_LEAST,
    EQUAL,
    IGNORE,
    LACK,
    REFUSE,
    Condition,
    Rule,
    if_any,
)

_ALWAYS = """
    acct add_key adjtimex bpf chroot clock_adjtime clock_settime create_module delete_module
    fanotify_init fanotify_mark finit_module fsconfig fsmount fsopen fspick get_kernel_syms
    init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load
    kexec_load keyctl lookup_dcookie migrate_pages modify_ldt mount mount_setattr move_mount
    move_pages msgget name_to_handle_at nfsservctl open_by_handle_at open_tree open_tree_attr
    perf_event_open pidfd_getfd pivot_root process_madvise process_vm_readv process_vm_writev
    ptrace query_module quotactl quotactl_fd reboot request_key semget setdomainname sethostname
    setns settimeofday shmget swapoff swapon syslog umount2 unshare uselib userfaultfd vhangup
"""
# Callers have another way when these are not there.
_ABSENT = "clone3 memfd_create memfd_secret"

_NEW_NAMESPACES = 0x7E020080
_TIOCSTI, _TIOCLINUX, _TIOCCONS, _TIOCSETD = 0x5412, 0x541C, 0x541D, 0x5423
_FIOSETOWN, _SIOCSPGRP = 0x8901, 0x8902
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15
_PR_SET_PDEATHSIG, _PR_SET_MM = 1, 35
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_STREAM, _DATAGRAM, _PACKETS, _KIND_OF_SOCKET = 1, 2, 5, 0xF
_TCP, _UDP = 6, 17
_WRITING, _TRUNCATING = 0o3, 0o1000


def _all(answer, names):
    return dict.fromkeys(names.split(), answer)


def _sockets_of_own_network():
    kinds = [(_STREAM, 0), (_STREAM, _TCP), (_DATAGRAM, 0), (_DATAGRAM, _UDP)]
    rules = if_any(ALLOW, 0, EQUAL, _AF_UNIX)
    for family in (_AF_INET, _AF_INET6):
        for kind, protocol in kinds:
            conditions = (
                Condition(0, EQUAL, family),
                Condition(1, EQUAL, kind, _KIND_OF_SOCKET),
                Condition(2, EQUAL, protocol),
            )
            rules.append(Rule(ALLOW, conditions))
    return rules


def alone():
    """What is denied to a process with namespaces of its own."""
    return {
        **_all(REFUSE, _ALWAYS),
        **_all(LACK, _ABSENT),
        "clone": if_any(REFUSE, 0, ANY_BIT, _NEW_NAMESPACES),
        "ioctl": if_any(REFUSE, 1, EQUAL, _TIOCSTI, _TIOCLINUX, _TIOCCONS, _TIOCSETD),
        # To ask for it, and the ordinary one.
        "personality": if_any(ALLOW, 0, EQUAL, 0xFFFFFFFF, 0),
        "prctl": if_any(REFUSE, 0, EQUAL, _PR_SET_MM),
        "prlimit64": if_any(ALLOW, 0, EQUAL, 0),
        "socket": _sockets_of_own_network(),
        "socketpair": if_any(ALLOW, 0, EQUAL, _AF_UNIX),
    }


def in_company(landlock, oldest):
    """What is denied to a process that sees the user's other processes and services.

    Parameters
    ----------
    landlock : int
        Version of Landlock: what that does not know is left to the filter.
    oldest : int
        A process id: where Landlock knows no signals they only reach this and larger numbers.
    """
    table = alone()
    table = {
        **table,
        # All that is left of the network is a pair of sockets, and none that takes an address:
        # it could write to a service of the user's.
        **_all(REFUSE, "bind connect mq_open socket"),
        "socketpair": [
            Rule(ALLOW, (Condition(0, EQUAL, _AF_UNIX), Condition(1, EQUAL, kind, _KIND_OF_SOCKET)))
            for kind in (_STREAM, _PACKETS)
        ],
        # Landlock does not know of these, and the file may be anyone's.
        **_all(IGNORE, "chmod chown fchmodat fchmodat2 fchownat file_setattr futimesat lchown"),
        **_all(IGNORE, "lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat"),
        **_all(IGNORE, "utime utimensat utimes"),
        "fcntl": if_any(REFUSE, 1, EQUAL, _F_SETOWN, _F_SETSIG, _F_SETOWN_EX),
        "ioctl": [*table["ioctl"], *if_any(REFUSE, 1, EQUAL, _FIOSETOWN, _SIOCSPGRP)],
        # The keeper's death must be the notebook's.
        "prctl": [*table["prctl"], *if_any(REFUSE, 0, EQUAL, _PR_SET_PDEATHSIG)],
        # Only of itself.
        **dict.fromkeys(["ioprio_set", "setpriority"], if_any(ALLOW, 1, EQUAL, 0)),
        **dict.fromkeys(
            ["sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler"],
            if_any(ALLOW, 0, EQUAL, 0),
        ),
    }
    if landlock < 3:
        table |= _truncation()
    if landlock < 6:
        table |= _signals(oldest)
    return table


def _truncation():
    """A file that may be read must not be made empty."""
    only_truncating = (Condition(2, EQUAL, _TRUNCATING, _TRUNCATING | _WRITING),)
    same_of_open = (only_truncating[0]._replace(argument=1),)
    return {
        "truncate": REFUSE,
        "openat": [Rule(REFUSE, only_truncating)],
        "open": [Rule(REFUSE, same_of_open)],
        "openat2": LACK,
    }


def _signals(oldest):
    """Signals to the own group, and to processes or groups with numbers from `oldest` on."""
    below_nought = 0x80000000
    rules = [
        Rule(ALLOW, (Condition(0, AT_LEAST, oldest), Condition(0, EQUAL, 0, below_nought))),
        Rule(REFUSE, (Condition(0, AT_LEAST, (1 << 32) - oldest + 1),)),
        Rule(ALLOW, (Condition(0, AT_LEAST, below_nought),)),
        Rule(ALLOW, (Condition(0, EQUAL, 0),)),
    ]
    calls = ["kill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tgkill", "tkill"]
    return {
        **dict.fromkeys(calls, rules),
        "pidfd_send_signal": REFUSE,
    }

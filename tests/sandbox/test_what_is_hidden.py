"""Files, descriptors and the environment that a sandboxed process must not see."""

import os
import sys
from pathlib import Path

INSIDE = "/home/student/work"


def workdir(folder, writable=True):
    return {"workdir": (str(folder), INSIDE, writable)}


def test_can_it_open_files_of_the_course(zygote):
    paths = [
        str(zygote.course),
        str(zygote.course / "pyproject.toml"),
        str(zygote.course / "source"),
        __file__,
    ]
    found = zygote.call("open_for_reading", paths)
    # The folder itself may be there, for an environment of Python's in it, but nothing else is.
    del found[str(zygote.course)]
    assert set(found.values()) <= {"ENOENT", "EACCES"}


def test_can_it_open_files_of_the_system_and_of_others(zygote, tmp_path):
    secret = Path(tmp_path / "secret")
    secret.write_text("secret")
    paths = ["/etc/shadow", "/root/.bashrc", "/var/lib", "/proc/kcore", "/dev/mem", str(secret)]
    paths += [str(Path.home()), "/proc/sysrq-trigger", "/sys/kernel", "/run", "/boot"]
    if Path(sys.prefix).is_relative_to(Path.home()) or zygote.kind == "namespaces":
        paths.remove(str(Path.home()))
    found = zygote.call("open_for_reading", paths)
    assert set(found.values()) <= {"ENOENT", "EACCES", "EPERM"}, found


def test_does_its_root_folder_hold_anything_private(zygote):
    found = zygote.call("lists", "/")
    if zygote.kind == "landlock":
        assert found == "EACCES"
    else:
        ways = {Path(p).parts[1] for p in (sys.prefix, sys.base_prefix)}
        system = {"bin", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "proc", "sbin"}
        assert set(found) <= system | {"sys", "tmp", "usr"} | ways


def test_can_it_write_to_the_system(zygote):
    paths = ["/usr/x", "/etc/passwd", "/x", f"{sys.prefix}/bin/x", "/dev/x", "/proc/sys/vm/x"]
    paths += [os.__file__, "/proc/sysrq-trigger", "/proc/sys/kernel/hostname", "/lib/x"]
    found = zygote.call("open_for_writing", paths)
    assert set(found.values()) <= {"EACCES", "EROFS", "ENOENT", "EPERM"}, found


def test_can_it_empty_or_open_up_a_file_of_python(zygote, folder):
    other = folder.parent / f"{folder.name}-other"
    other.write_text("text")
    other.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(other, *os.stat(folder)[4:6])
    zygote.call("truncate_by_path", str(other))
    zygote.call("change_mode", str(other))
    assert (other.read_text(), other.stat().st_mode & 0o777) == ("text", 0o600)
    other.unlink()


def test_is_the_working_folder_there_and_can_it_be_written(zygote, folder):
    found = zygote.call("working_folder", **workdir(folder))
    inside = INSIDE if zygote.kind == "namespaces" else str(folder)
    assert found == {"cwd": inside, "given": "allowed", "written": "allowed"}
    assert (folder / "written.txt").exists()


def test_can_it_write_to_a_working_folder_that_it_only_reads(zygote, folder):
    found = zygote.call("working_folder", **workdir(folder, writable=False))
    assert (found["given"], found["written"] in ("EROFS", "EACCES")) == ("allowed", True)


def test_does_one_process_see_what_another_writes_to_their_folder(zygote, folder):
    writing = zygote.start("write_and_wait", slot=zygote.slot(0), **workdir(folder))
    assert writing.said() == "written"
    only_read = workdir(folder, writable=False)
    text, link, making = zygote.call("read_what_was_made", **only_read)
    writing.end()
    assert text == "made by the student"
    # A link could lead to what only the reading process may see.
    assert link in ("ELOOP", "EACCES")
    assert making in ("EROFS", "EACCES")


def test_are_further_files_found_where_the_policy_puts_them(zygote, folder):
    readable = [(str(folder), "/course")]
    place = "/course" if zygote.kind == "namespaces" else str(folder)
    path = f"{place}/given.txt"
    assert zygote.call("open_for_reading", [path], readable=readable) == {path: "allowed"}
    found = zygote.call("open_for_writing", [path], readable=readable)
    assert found[path] in ("EROFS", "EACCES")


def test_are_all_descriptors_closed_but_its_own(zygote):
    assert len(zygote.call("descriptors")) == 1


def test_is_the_engines_environment_hidden(zygote):
    seen = zygote.call("environments", environment={"PATH": "/bin", "COLOR": "blue"})
    assert "blue" in seen[0]
    assert not any(zygote.secret in environment for environment in seen)


def test_do_its_standard_streams_lead_nowhere(zygote):
    assert zygote.call("standard_streams") == ["", 4, False]

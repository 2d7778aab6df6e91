"""Whose each file of the zip is: a participant's, or a group's and so of all its members."""

from collections import defaultdict

from gradekit.moodle.archive import unpacked
from gradekit.moodle.names import parse


class Handins:
    """Files by participant, kept on disk, for scans of a class are large.

    Parameters
    ----------
    folder : Path
        For the files.
    persons : list of Person
    in_groups : bool
        Whether the worksheet says who is in which group.
    """

    def __init__(self, folder, persons, in_groups):
        self._folder = folder
        self._persons = {person.number: person for person in persons}
        self._groups = defaultdict(list)
        if in_groups:
            for person in persons:
                self._groups[person.group.casefold()].append(person.number)
        self._files = defaultdict(dict)  # number: {path: where it is kept}
        self._problems = defaultdict(list)
        self._unknown = {}
        self._count = 0

    def add(self, path, data):
        """Take a file of the zip."""
        member = parse(path)
        if member is None:
            self._unknown[path] = "is not named as Moodle names files of a submission"
            return
        owners = self._owners(member)
        if not owners:
            who = member.name or "somebody"
            number = "" if member.number is None else f" ({member.number})"
            self._unknown[f"{who}{number}"] = (
                "handed in and is neither a participant nor a group of the worksheet: "
                "download both again"
            )
            return
        rest = member.path if member.plugin == "file" else f"{member.plugin}_{member.path}"
        told = lambda name, why: self._tell(owners, name, why)  # noqa: E731
        for name, content in unpacked(rest, data, told):
            self._keep(owners, name, content)

    def problem(self, path, why):
        """Note a file of the zip that cannot be taken."""
        member = parse(path)
        owners = self._owners(member) if member else []
        if owners:
            self._tell(owners, member.path, why)
        else:
            self._unknown[path] = why

    def of(self, person):
        """Return a participant's files, by the path that was handed in."""
        return {path: kept.read_bytes() for path, kept in self._files[person.number].items()}

    def told(self, person):
        """Return sentences about a participant's files that were not taken."""
        return self._problems[person.number]

    def unknown(self):
        """Return sentences about what is nobody's."""
        return [f"{what} {why}." for what, why in self._unknown.items()]

    def _owners(self, member):
        """Return the numbers of those who handed it in.

        A team's download has the group's number, which may be another participant's, too.
        """
        group = self._groups.get(member.name.casefold(), [])
        person = self._persons.get(member.number)
        if group and (person is None or person.name.casefold() != member.name.casefold()):
            return group
        return [member.number] if person else []

    def _keep(self, owners, path, data):
        self._count += 1
        kept = self._folder / str(self._count)
        kept.write_bytes(data)
        for number in owners:
            if path in self._files[number]:
                self._tell([number], path, "came twice; the later one counts")
            self._files[number][path] = kept

    def _tell(self, owners, path, why):
        for number in owners:
            self._problems[number].append(f"{path} {why}")

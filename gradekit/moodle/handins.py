"""Whose each file of the zip is: a participant's, or a group's and so of all its members."""

from collections import defaultdict

from gradekit.moodle.archive import unpacked
from gradekit.moodle.names import HIDDEN, agree, cleaned, key, parse


class Handins:
    """Files by participant, kept on disk, for scans of a class are large.

    Parameters
    ----------
    folder : Path
        For the files.
    participants : list of Participant
    for_teams : bool
        Whether the worksheet says who is in which group, which Moodle's does if groups hand in.
    """

    def __init__(self, folder, participants, for_teams):
        self._folder = folder
        self._participants = {one.number: one for one in participants}
        self._groups = defaultdict(list)
        if for_teams:
            for one in participants:
                self._groups[one.group].append(one.number)
        self._files = defaultdict(dict)  # number: {path: where it is kept}
        self._problems = defaultdict(list)
        self._unknown = {}
        self._strangers = {}
        self._count = 0

    def add(self, path, data):
        """Take a file of the zip."""
        member = parse(path)
        if member is None:
            self._unknown[path] = "is not named as Moodle names files of a submission"
            return
        owners = self._owners(member)
        if not owners:
            self._tell_of_stranger(member)
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

    def of(self, participant):
        """Return a participant's files, by the path that was handed in."""
        return {path: kept.read_bytes() for path, kept in self._files[participant.number].items()}

    def only_strangers(self):
        """Return sentences about those who handed in, if the worksheet knows none of them."""
        known = any(self._files.values()) or any(self._problems.values())
        return [] if known else [f"{who} {why}." for who, why in self._strangers.items()]

    def told(self, participant):
        """Return sentences about a participant's files that were not taken."""
        return self._problems[participant.number]

    def unknown(self):
        """Return sentences about what is nobody's."""
        told = self._unknown | self._strangers
        return [f"{what} {why}." for what, why in told.items()]

    def _owners(self, member):
        """Return the numbers of those who handed it in.

        A team's download has the group's number, which may be another participant's, too; so a
        number counts only where the names do not speak against it.
        """
        one = self._participants.get(member.number)
        if one is None or self._groups:
            is_one = one is not None and key(one.name) == key(member.name)
            return self._group(member.name) or [member.number] * is_one
        # While marking is blind, everybody's name in the zip is a word of the teacher's language.
        known = one.name, one.label or one.name, *HIDDEN
        return [member.number] if any(agree(member.name, name) for name in known) else []

    def _group(self, name):
        """Return the members of the one group of that name, none if it could be another's."""
        spelled = name.casefold()
        found = [group for group in self._groups if cleaned(group).casefold() == spelled]
        found = found or [group for group in self._groups if key(group) == key(name)]
        return self._groups[found[0]] if len(found) == 1 else []

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

    def _tell_of_stranger(self, member):
        who = member.name or "somebody"
        number = "" if member.number is None else f" ({member.number})"
        other = self._participants.get(member.number)
        why = (
            f"has the number of {other.name} in the worksheet"
            if other and other.name
            else "is neither a participant nor a group of the worksheet"
        )
        self._strangers[f"{who}{number}"] = f"handed in and {why}: download both again"

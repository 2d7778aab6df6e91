"""What a course may have to say about its Moodle, and where the worksheet is."""

from traitlets import Dict
from traitlets.config import Configurable

from gradekit.course import CourseError
from gradekit.deadlines import Deadlines
from gradekit.moodle.worksheet import HEADERS, Worksheet


class MoodleSettings(Configurable):
    """Settings of both directions: ``c.MoodleSettings``."""

    headers = Dict(
        help="Headers of the grading worksheet in a language that is not known here: one of "
        f"{', '.join(HEADERS)} to the text of the column's first line."
    ).tag(config=True)

    @property
    def zone(self):
        """The course's time zone, None for the machine's."""
        return Deadlines(parent=self).zone


def worksheet_in(folder, headers):
    """Read the one worksheet in a folder.

    Parameters
    ----------
    folder : Path
        downloaded/<assignment>/archive
    headers : dict of str to str

    Returns
    -------
    Worksheet

    Raises
    ------
    CourseError
        If there is none, or more than one.
    """
    found = sorted(folder.glob("*.[cC][sS][vV]"))
    if len(found) != 1:
        names = ", ".join(path.name for path in found)
        raise CourseError(
            f"{folder} has several worksheets ({names}): leave the newest one."
            if found
            else f"{folder} has no grading worksheet: in Moodle switch on the feedback type "
            '"Offline grading worksheet", and put the CSV that it downloads there.'
        )
    return Worksheet(found[0].read_bytes(), found[0].name, headers)

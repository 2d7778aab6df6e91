"""Settings of this course for nbgrader; what its commands do beyond nbgrader is in gradekit/."""

from pathlib import Path

import gradekit
from gradekit import moodle

c = get_config()

c.CourseDirectory.course_id = "neural-networks"

# Written when 4a runs: in source/ it would hold the reference layers.
c.CourseDirectory.ignore.append("my_layers.py")

# Seconds that one cell may take. `c.Autograde` has the other limits, the number of workers and the
# address of a cluster: docs/security.md, docs/cluster.md.
c.Execute.timeout = 30

# Mark schemes stand in read-only cells above the answer that they are about.
c.ClearMarkScheme.enforce_metadata = False

# Students get the part of the library that their assignment uses.
c.GenerateAssignment.library = "nn_utils.py"

# Deadlines in the course's own time, such as {"a1_vectorization_and_numerics": "2026-11-20 23:59"},
# and what each day after them takes: docs/moodle.md. Without a date nothing is late.
c.Deadlines.time_zone = "Europe/Berlin"
c.Deadlines.dates = {}
c.AssignLatePenalties.plugin_class = "gradekit.deadlines.LateDays"
c.LateDays.percent_per_day = 10

# Without a folder that exists formgrader warns about the exchange on every page.
c.Exchange.root = str(Path(__file__).parent / "exchange")
Path(c.Exchange.root).mkdir(exist_ok=True)

gradekit.install(c)

# `nbgrader zip_collect` takes Moodle's zip and worksheet from downloaded/<assignment>/archive/.
moodle.install(c)

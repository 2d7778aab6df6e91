"""Settings of this course for nbgrader; what its commands do beyond nbgrader is in gradekit/."""

import gradekit

c = get_config()

c.CourseDirectory.course_id = "neural-networks"

# Written when 4a runs: in source/ it would hold the reference layers.
c.CourseDirectory.ignore.append("my_layers.py")

# Seconds that one cell may take.
c.Execute.timeout = 30

# Mark schemes stand in read-only cells above the answer that they are about.
c.ClearMarkScheme.enforce_metadata = False

gradekit.install(c, __file__)

"""Settings of the course that hostile submissions are handed in to."""

import gradekit

c = get_config()

c.CourseDirectory.course_id = "hostile"

# Many cells here never end.
c.Execute.timeout = 3

gradekit.install(c)

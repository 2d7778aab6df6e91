"""The same course with the kit's engine."""

import gradekit

c = get_config()

c.CourseDirectory.course_id = "cheats"
c.Execute.timeout = 5
# Some cheats wait.
c.Autograde.workers = 4

gradekit.install(c)

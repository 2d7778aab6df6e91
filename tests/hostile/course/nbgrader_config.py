"""Settings of the course that hostile submissions are handed in to."""

import gradekit

c = get_config()

c.CourseDirectory.course_id = "hostile"

# Many cells here never end, and wait for that rather than use a processor.
c.Execute.timeout = 3
c.Autograde.notebook_timeout = 15
c.Autograde.workers = 4
# What wants more than it may have gets there sooner.
c.Autograde.memory_limit = 1024
c.Autograde.file_limit = 128
c.Autograde.output_limit = 2

gradekit.install(c)

"""Settings of the tiny course."""

import gradekit

c = get_config()

c.CourseDirectory.course_id = "tiny"
c.Execute.timeout = 20
c.ClearMarkScheme.enforce_metadata = False
c.GenerateAssignment.library = "nn_utils.py"

gradekit.install(c)

"""The course as nbgrader alone grades it."""

c = get_config()

c.CourseDirectory.course_id = "cheats"
c.Execute.timeout = 10
c.Execute.shutdown_kernel = "immediate"

"""What `nbgrader autograde` does: from submissions to the rows of the gradebook."""

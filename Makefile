# Needs make, git and Python 3.11 or newer; everything else goes into .venv.
PYTHON ?= python3
ASSIGNMENT ?= a2_softmax_and_losses

# Release, grade and give feedback; without submissions, for a sample class.
grade: .venv/installed
	.venv/bin/python -m gradekit grade --assignment $(ASSIGNMENT)

test: .venv/installed
	.venv/bin/python -m ruff check
	.venv/bin/python -m pytest -n auto --dist loadfile

# Make the students' version of all assignments.
release: .venv/installed
	.venv/bin/python -m gradekit release

# Judge the tests by right and wrong answers.
bank: .venv/installed
	.venv/bin/python -m gradekit bank

# Measure: stock nbgrader and the kit side by side, on the same submissions; nbconvert's PDFs and
# ours, of the same graded notebooks.
bench: .venv/installed
	.venv/bin/python -m benchmarks
	.venv/bin/python -m gradekit grade --assignment $(ASSIGNMENT)
	.venv/bin/python -m benchmarks.pdf --many 1000

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python " + sys.version.split()[0] + " is too old: install Python 3.11 or newer, and name it, as in: make PYTHON=python3.11")'
	@echo "Installing the packages of requirements.txt into .venv, once; this takes a few minutes."
	$(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@# The first import of matplotlib lists the fonts, which must not count as a student's time.
	@.venv/bin/python -c 'import matplotlib.pyplot'
	@touch .venv/installed

.PHONY: grade test release bank bench

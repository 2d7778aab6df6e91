"""What a run ends with: who needs a human, and why."""


def lines(submissions):
    """Sentences about the submissions that cannot be left alone, and about those repaired.

    Parameters
    ----------
    submissions : dict of str to submission.Submission
        What was graded, by student.

    Returns
    -------
    list of str
    """
    found = {student: submissions[student].all_notes for student in sorted(submissions)}
    asking = _of(found, True)
    told = _of(found, False)
    text = []
    if asking:
        text.append(f"{_submissions(asking)} a human, for at least a part:")
        text += _listed(asking)
    if told:
        text.append(f"{len(told)} with notes, which their students get, too:")
        text += _listed(told)
    return text


def _of(found, asks_human):
    kept = {
        student: [note.sentence for note in notes if note.asks_human == asks_human]
        for student, notes in found.items()
    }
    return {student: sentences for student, sentences in kept.items() if sentences}


def _submissions(students):
    return f"{len(students)} submission{'s need' if len(students) > 1 else ' needs'}"


def _listed(told):
    return [f"  {student}: {' '.join(dict.fromkeys(told[student]))}" for student in told]

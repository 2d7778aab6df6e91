"""Hidden tests of the notebook on objects."""

from hidden_tests import hidden_test


def reference_counts(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


@hidden_test
def words(rng, word_counts):
    letters = rng.choice(list("abcde"), size=30)
    text = " ".join(letters)
    assert word_counts(text) == reference_counts(text)

"""Makes digits.npz from the copy of the data in scikit-learn; run once, kept for the record.

    pip install scikit-learn
    python data/make_digits.py
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TEST_PER_DIGIT = 36

digits = load_digits()
images, labels = digits.data.astype(np.uint8), digits.target.astype(np.uint8)

# As many test images of each digit, chosen at random; the rest is for training.
order = np.random.default_rng(8).permutation(len(labels))
of_digit = [order[labels[order] == digit] for digit in range(10)]
test = np.sort(np.concatenate([chosen[:TEST_PER_DIGIT] for chosen in of_digit]))
train = np.setdiff1d(order, test)

np.savez_compressed(
    Path(__file__).with_name("digits.npz"),
    X_train=images[train],
    y_train=labels[train],
    X_test=images[test],
    y_test=labels[test],
)

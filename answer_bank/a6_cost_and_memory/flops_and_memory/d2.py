r"""Answers to exercise 6 D2: remedies for a model that does not fit, graded by hand."""

from answer_bank import right, wrong

CELL = "a6_d2"


@right
def complete():
    r"""- Smaller batches with accumulated gradients: fewer activations at a time, more steps per update.
    - Checkpointing: only about $2 \sqrt{L}$ of $L$ activations are stored; up to one more forward pass, a third of the work.
    - 16-bit numbers: everything takes half; needs loss scaling, and small updates may round away.
    - Momentum instead of Adam: one array of the size of the weights less; often slower to converge.
    - Sharding optimizer state and gradients over several devices: these shrink with their number; communication in each step.

    Order: 16 bits first, since it halves all bars. For the 7 billion parameters four copies take 52 GiB, so state comes next:
    sharding it over two devices saves 13 GiB. Then checkpointing, which with 6 of 36 segments leaves 36% of the memory for 28%
    more work.
    """


@right
def other_remedies():
    r"""- Train low-rank adapters, the rest frozen: gradients and state for a few parameters only; the model can change less.
    - Offload optimizer state to the memory of the computer: state leaves the device; each step waits for the transfer.
    - Pipeline over four devices: each holds a quarter of the layers; devices wait for each other.
    - Shorter sequences: fewer activations; long contexts are not learned.
    - Distill into a smaller model: all kinds shrink; accuracy is lost.

    In my scenario weights, gradients and state are 4.8 of 11.6 GiB, so I begin with what reduces activations, shorter
    sequences, and take adapters next, because they remove three of four copies.
    """


@wrong()
def buys_a_device():
    r"""I would use the cloud, or buy a device with 80 GiB. Otherwise I would take a smaller batch, which needs less memory."""


@wrong()
def one_idea_three_times():
    r"""Half the batch, a quarter of the batch, or a batch of one. Each stores fewer activations, but training takes more steps.
    I prefer half the batch.
    """

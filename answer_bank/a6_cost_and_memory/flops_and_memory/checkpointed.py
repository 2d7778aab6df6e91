"""Answers to exercise 6 E6: memory and extra work of checkpointing."""

from answer_bank import right, wrong

CELL = "a6_checkpointed"
NAME = "checkpointed"

PEAK, EXTRA, EDGES = "a6_checkpointed_peak", "a6_checkpointed_extra", "a6_checkpointed_edges"
ALL = {PEAK, EXTRA, EDGES}


def inputs(rng):
    """Yield sizes at which a surviving mutant is compared with the reference."""
    for segments, length in ((1, 1), (1, 5), (5, 1), (2, 3), (3, 2), (7, 3), (3, 11)):
        for _ in range(2):
            n, K = (int(size) for size in rng.integers(1, 20, size=2))
            yield n, K, segments * length, segments


def observe(answer, *args):
    """Both numbers, whatever their type."""
    peak, extra = answer(*args)
    return float(peak), float(extra)


@right
def closed_form(n, K, L, segments):
    length = L // segments
    return 2 * L * K**2 + (segments + length) * n * K, n * K**2 * (L - length)


@right
def with_division_in_floats(n, K, L, segments):
    length = L / segments
    return [2 * L * K * K + (segments + length) * n * K, n * K * K * (L - length)]


@right
def on_earlier_exercises(n, K, L, segments):
    length = L // segments
    weights = inference_peak(n, K, L) - 2 * n * K
    again = forward_muls(n, K, length) * (segments - 1)
    return {"peak": 2 * weights + segments * n * K + length * n * K, "extra": again}


@right
def simulation(n, K, L, segments):
    meter = Meter()
    for layer in range(L):
        meter.keep(f"W{layer}", (K, K))
        meter.keep(f"d_W{layer}", (K, K))
    extra = 0
    for segment in range(segments):
        meter.keep(f"border {segment}", (n, K))
    for segment in reversed(range(segments)):
        before = meter.multiplications
        for layer in range(L // segments):
            meter.keep(f"output {layer}", meter.mm((n, K), (K, K)))
        if segment < segments - 1:
            extra += meter.multiplications - before
    return meter.peak, extra


@wrong(fails={EXTRA, EDGES}, says="extra multiplications 0")
def no_recompute(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments) * n * K, 0


@wrong(fails={PEAK, EDGES}, says="peak too small by segments x n K")
def borders_missing(n, K, L, segments):
    return 2 * L * K**2 + L // segments * n * K, n * K**2 * (L - L // segments)


@wrong(fails={PEAK, EDGES}, says="the outputs of the segment that runs again are missing")
def segment_missing(n, K, L, segments):
    return 2 * L * K**2 + segments * n * K, n * K**2 * (L - L // segments)


@wrong(fails={PEAK, EDGES}, says="count the borders and the segment's outputs apart")
def border_shared(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments - 1) * n * K, n * K**2 * (L - L // segments)


@wrong(fails={EXTRA, EDGES}, says="the number of segments, not their length")
def segment_length(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments) * n * K, n * K**2 * (L - segments)


@wrong(fails={EXTRA, EDGES}, says="recomputation is forward only")
def extra_backward(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments) * n * K, 3 * n * K**2 * (L - L // segments)


@wrong(fails={EXTRA, EDGES}, says="the last segment is kept")
def last_runs_again(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments) * n * K, n * K**2 * L


@wrong(fails={EXTRA, EDGES}, says="a segment runs again as a whole")
def last_layer_not_again(n, K, L, segments):
    length = L // segments
    extra = n * K**2 * (segments - 1) * (length - 1)
    return 2 * L * K**2 + (segments + length) * n * K, extra


@wrong(fails={EXTRA, EDGES}, says="that is the whole of training")
def total_work(n, K, L, segments):
    peak = 2 * L * K**2 + (segments + L // segments) * n * K
    return peak, n * K**2 * (3 * L + L - L // segments)


@wrong(fails={EXTRA, EDGES}, says="that is the work of one segment")
def one_segment_again(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments) * n * K, n * K**2 * (L // segments)


@wrong(fails={PEAK, EDGES}, says="differs by the weights and their gradients")
def weights_missing(n, K, L, segments):
    return (segments + L // segments) * n * K, n * K**2 * (L - L // segments)


@wrong(fails={PEAK, EDGES}, says="differs by the gradients of the weights")
def gradients_missing(n, K, L, segments):
    return L * K**2 + (segments + L // segments) * n * K, n * K**2 * (L - L // segments)


@wrong(fails={PEAK, EDGES}, says="without checkpointing")
def nothing_saved(n, K, L, segments):
    return 2 * L * K**2 + (L + 2) * n * K, n * K**2 * (L - L // segments)


@wrong(fails=ALL, says="2 parts: peak, extra")
def peak_only(n, K, L, segments):
    return 2 * L * K**2 + (segments + L // segments) * n * K


@wrong(fails=ALL, says="the two results are exchanged")
def other_order(n, K, L, segments):
    return n * K**2 * (L - L // segments), 2 * L * K**2 + (segments + L // segments) * n * K


@wrong(fails={EDGES}, says="run over")
def overflow(n, K, L, segments):
    peak = 2 * L * K**2 + (segments + L // segments) * n * K
    return peak, np.prod([n, K, K, L - L // segments])


@wrong(fails=ALL, says="not available in a solution cell")
def asks_the_checks(n, K, L, segments):
    import nn_utils

    return nn_utils._metered_segments(n, K, L, segments)


@wrong(fails=ALL, says="this exercise is still empty")
def not_started(n, K, L, segments):
    raise NotImplementedError()

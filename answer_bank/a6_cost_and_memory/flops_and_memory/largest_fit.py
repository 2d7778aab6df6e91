"""Answers to exercise 6 E7: which remedies make a model fit."""

from answer_bank import right, wrong

CELL = "a6_largest_fit"
NAME = "largest_fit"

CORE, BOUNDARY = "a6_largest_fit_core", "a6_largest_fit_boundary"
BOTH = {CORE, BOUNDARY}


def inputs(rng):
    """Yield scenarios at which a surviving mutant is compared with the reference."""
    for states in (0, 1, 2):
        for gib in (2, 4, 6, 8, 10, 14):
            yield (
                {
                    "params": 2 * int(rng.integers(10**8, 2 * 10**8)),
                    "states": states,
                    "activations": 12 * int(rng.integers(3 * 10**5, 6 * 10**5)),
                    "batch": 4 * int(rng.integers(40, 80)),
                    "itemsize": int(rng.choice([4, 8])),
                    "segments": int(rng.choice([2, 3, 4, 6])),
                    "gib": gib,
                },
            )
    # In GiB: one copy 1, activations 4; half of the batch needs 6, a quarter 5, two devices 5.
    dyadic = {"params": 2**28, "states": 2, "activations": 2**22, "batch": 256, "itemsize": 4}
    for gib in (4, 5, 6, 7, 4 - 2**-30, 5 - 2**-30, 6 - 2**-30):
        yield ({**dyadic, "segments": 4, "gib": gib},)


@right
def arithmetic(scenario):
    P, A, b = scenario["params"], scenario["activations"], scenario["batch"]
    size, states = scenario["itemsize"], scenario["states"]
    needs = {
        "checkpointing": size * ((2 + states) * P + b * A // scenario["segments"]),
        "half_batch": size * ((2 + states) * P + b // 2 * A),
        "half_precision": size // 2 * ((2 + states) * P + b * A),
        "no_optimizer_state": size * (2 * P + b * A),
        "quarter_batch": size * ((2 + states) * P + b // 4 * A),
        "two_devices": size * (2 * P + states * P // 2 + b // 2 * A),
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 2**30]


@right
def changed_scenarios(scenario):
    def gib(params, states, activations, batch, itemsize, **_):
        return itemsize * ((2 + states) * params + batch * activations) / 2**30

    changes = {
        "half_batch": {"batch": scenario["batch"] / 2},
        "quarter_batch": {"batch": scenario["batch"] / 4},
        "half_precision": {"itemsize": scenario["itemsize"] / 2},
        "no_optimizer_state": {"states": 0},
        "checkpointing": {"activations": scenario["activations"] / scenario["segments"]},
        "two_devices": {"batch": scenario["batch"] / 2, "states": scenario["states"] / 2},
    }
    fits = (name for name, new in changes.items() if gib(**{**scenario, **new}) <= scenario["gib"])
    return sorted(fits)


@right
def simulation(scenario):
    def live(params, states, activations, batch):
        meter = Meter()
        for copy in range(2):
            meter.keep(f"copy {copy}", (params,))
        meter.keep("state", (round(states * params),))
        meter.keep("activations", (batch, activations))
        return meter.live

    P, s, A, b = (scenario[key] for key in ("params", "states", "activations", "batch"))
    numbers = {
        "half_batch": live(P, s, A, b // 2),
        "quarter_batch": live(P, s, A, b // 4),
        "half_precision": live(P, s, A, b) / 2,
        "no_optimizer_state": live(P, 0, A, b),
        "checkpointing": live(P, s, A // scenario["segments"], b),
        "two_devices": live(P, s / 2, A, b // 2),
    }
    room = scenario["gib"] * 2**30 / scenario["itemsize"]
    return tuple(sorted(name for name, number in numbers.items() if number <= room))


@right
def a_set(scenario):
    def fits(batch=1, itemsize=1, states=1, activations=1):
        copies = 2 + scenario["states"] * states
        stored = scenario["batch"] * batch * scenario["activations"] * activations
        numbers = copies * scenario["params"] + stored
        return scenario["itemsize"] * itemsize * numbers / 1024**3 <= scenario["gib"]

    names = set()
    if fits(batch=0.5):
        names.add("half_batch")
    if fits(batch=0.25):
        names.add("quarter_batch")
    if fits(itemsize=0.5):
        names.add("half_precision")
    if fits(states=0):
        names.add("no_optimizer_state")
    if fits(activations=1 / scenario["segments"]):
        names.add("checkpointing")
    if fits(batch=0.5, states=0.5):
        names.add("two_devices")
    return names


@wrong(fails=BOTH, says="optimizer state omitted")
def ignores_state(scenario):
    P, A, b = scenario["params"], scenario["activations"], scenario["batch"]
    size = scenario["itemsize"]
    needs = {
        "checkpointing": size * (2 * P + b * A // scenario["segments"]),
        "half_batch": size * (2 * P + b // 2 * A),
        "half_precision": size // 2 * (2 * P + b * A),
        "no_optimizer_state": size * (2 * P + b * A),
        "quarter_batch": size * (2 * P + b // 4 * A),
        "two_devices": size * (2 * P + b // 2 * A),
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 2**30]


@wrong(fails=BOTH, says="only the activations count in yours")
def activations_only(scenario):
    stored = scenario["itemsize"] * scenario["activations"] * scenario["batch"]
    needs = {
        "checkpointing": stored // scenario["segments"],
        "half_batch": stored // 2,
        "half_precision": stored // 2,
        "no_optimizer_state": stored,
        "quarter_batch": stored // 4,
        "two_devices": stored // 2,
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 2**30]


@wrong(fails=BOTH, says="only the weights and what belongs to them count in yours")
def weights_only(scenario):
    copy, states = scenario["itemsize"] * scenario["params"], scenario["states"]
    needs = {
        "checkpointing": (2 + states) * copy,
        "half_batch": (2 + states) * copy,
        "half_precision": (2 + states) * copy // 2,
        "no_optimizer_state": 2 * copy,
        "quarter_batch": (2 + states) * copy,
        "two_devices": 2 * copy + states * copy // 2,
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 2**30]


@wrong(fails=BOTH, says="1 GiB = 2^30 bytes = 1.0737 GB")
def gib_vs_gb(scenario):
    P, A, b = scenario["params"], scenario["activations"], scenario["batch"]
    size, states = scenario["itemsize"], scenario["states"]
    needs = {
        "checkpointing": size * ((2 + states) * P + b * A // scenario["segments"]),
        "half_batch": size * ((2 + states) * P + b // 2 * A),
        "half_precision": size // 2 * ((2 + states) * P + b * A),
        "no_optimizer_state": size * (2 * P + b * A),
        "quarter_batch": size * ((2 + states) * P + b // 4 * A),
        "two_devices": size * (2 * P + states * P // 2 + b // 2 * A),
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 1e9]


@wrong(fails=BOTH, says="two halvings give a quarter, not zero")
def additive_halves(scenario):
    P, A, b = scenario["params"], scenario["activations"], scenario["batch"]
    size, states = scenario["itemsize"], scenario["states"]
    total = size * ((2 + states) * P + b * A)
    saved = size * b * A // 2
    needs = {
        "checkpointing": size * ((2 + states) * P + b * A // scenario["segments"]),
        "half_batch": total - saved,
        "half_precision": total // 2,
        "no_optimizer_state": size * (2 * P + b * A),
        "quarter_batch": total - 2 * saved,
        "two_devices": size * (2 * P + states * P // 2 + b // 2 * A),
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 2**30]


@wrong(fails={BOUNDARY}, says="what fits to the last byte fits")
def never_to_the_last_byte(scenario):
    P, A, b = scenario["params"], scenario["activations"], scenario["batch"]
    size, states = scenario["itemsize"], scenario["states"]
    needs = {
        "checkpointing": size * ((2 + states) * P + b * A // scenario["segments"]),
        "half_batch": size * ((2 + states) * P + b // 2 * A),
        "half_precision": size // 2 * ((2 + states) * P + b * A),
        "no_optimizer_state": size * (2 * P + b * A),
        "quarter_batch": size * ((2 + states) * P + b // 4 * A),
        "two_devices": size * (2 * P + states * P // 2 + b // 2 * A),
    }
    return [name for name, need in needs.items() if need < scenario["gib"] * 2**30]


@wrong(fails=BOTH, says="with two_devices it needs")
def two_devices_halve_everything(scenario):
    P, A, b = scenario["params"], scenario["activations"], scenario["batch"]
    size, states = scenario["itemsize"], scenario["states"]
    needs = {
        "checkpointing": size * ((2 + states) * P + b * A // scenario["segments"]),
        "half_batch": size * ((2 + states) * P + b // 2 * A),
        "half_precision": size // 2 * ((2 + states) * P + b * A),
        "no_optimizer_state": size * (2 * P + b * A),
        "quarter_batch": size * ((2 + states) * P + b // 4 * A),
        "two_devices": size * ((2 + states) * P + b * A) // 2,
    }
    return [name for name, need in needs.items() if need <= scenario["gib"] * 2**30]


@wrong(fails=BOTH, says="your function put something else into argument number 1")
def one_after_the_other(scenario):
    def fits():
        numbers = (2 + scenario["states"]) * scenario["params"]
        numbers += scenario["batch"] * scenario["activations"]
        return scenario["itemsize"] * numbers <= scenario["gib"] * 2**30

    names = []
    for name, key, divisor in (
        ("half_batch", "batch", 2),
        ("quarter_batch", "batch", 2),
        ("half_precision", "itemsize", 2),
        ("checkpointing", "activations", scenario["segments"]),
    ):
        scenario[key] //= divisor
        names += [name] * fits()
    return sorted(names)


@wrong(fails=BOTH, says="a sorted list of some of")
def a_yes(scenario):
    return True


@wrong(fails=BOTH, says="a sorted list of some of")
def other_names(scenario):
    return ["smaller batch"]


@wrong(fails=BOTH, says="not available in a solution cell")
def asks_the_checks(scenario):
    from nn_utils import fit_finding

    return fit_finding(lambda s: [], scenario, {})


@wrong(fails=BOTH, says="this exercise is still empty")
def not_started(scenario):
    raise NotImplementedError()

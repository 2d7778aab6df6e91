"""Answers to exercise 7 E5: the size of pre-activations, by hooks."""

import numpy as np
import torch
from torch import nn

from answer_bank import right, wrong

CELL = "a7_init_statistics"
NAME = "init_statistics"

VALUES, CLEAN = "a7_init_statistics_values", "a7_init_statistics_clean"
TOLERANCE = 1e-6


def inputs(rng):
    """Yield seeds and sizes on which a surviving mutant is compared with the reference."""
    for seed in range(3):
        for sizes in ((3, 5), (3, 5, 2), (2, 3, 5, 7), (5, 5, 5)):
            yield seed, sizes


def observe(answer, seed, sizes):
    torch.manual_seed(seed)
    model = nn.Sequential()
    for pair in zip(sizes[:-1], sizes[1:]):
        model.extend([nn.Linear(*pair), nn.Tanh()])
    values = answer(model, torch.randn(7, sizes[0]))
    return values, sum(len(module._forward_hooks) for module in model.modules())


@right
def loop_over_modules(model, X):
    values = []
    with torch.no_grad():
        for module in model:
            X = module(X)
            if isinstance(module, nn.Linear):
                values.append(float(np.sqrt(np.mean(X.numpy() ** 2))))
    return values


@right
def hooks_that_detach(model, X):
    outputs = {}
    handles = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):

            def hook(module, inputs, output, name=name):
                outputs[name] = output.detach()

            handles.append(module.register_forward_hook(hook))
    try:
        model(X)
    finally:
        for handle in handles:
            handle.remove()
    return [(S.norm() / S.numel() ** 0.5).item() for S in outputs.values()]


@right
def input_of_the_next(model, X):
    values, handles = [], []
    for module in model.children():
        if type(module) is nn.Linear:
            handles.append(
                module.register_forward_hook(
                    lambda m, i, o: values.append(torch.sqrt(torch.mean(o.data**2)).item())
                )
            )
    model(X)
    for handle in handles:
        handle.remove()
    return values


@wrong(fails={CLEAN}, says="forward hooks are left after the call")
def hooks_left(model, X):
    values = []
    for module in model.modules():
        if isinstance(module, nn.Linear):
            module.register_forward_hook(
                lambda m, i, o: values.append(o.square().mean().sqrt().item())
            )
    model(X)
    return list(values)


@wrong(fails={VALUES}, says="recorded after the activation")
def post_activation(model, X):
    values = []
    with torch.no_grad():
        for number, module in enumerate(model):
            X = module(X)
            if not isinstance(module, nn.Linear) or number == len(model) - 1:
                values.append(X.square().mean().sqrt().item())
    return values


@wrong(fails={VALUES}, says="standard deviations, which leave the mean out")
def std_not_rms(model, X):
    values = []
    with torch.no_grad():
        for module in model:
            X = module(X)
            if isinstance(module, nn.Linear):
                values.append(X.std(correction=0).item())
    return values


@wrong(fails={VALUES}, says="the root is missing")
def mean_squares(model, X):
    values = []
    with torch.no_grad():
        for module in model:
            X = module(X)
            if isinstance(module, nn.Linear):
                values.append(X.square().mean().item())
    return values


@wrong(fails={CLEAN}, says="the graph stays alive after the call")
def not_detached(model, X):
    values = []
    for module in model:
        X = module(X)
        if isinstance(module, nn.Linear):
            values.append(X.square().mean().sqrt())
    return values


@wrong(fails={VALUES}, says="layers are listed back to front")
def order(model, X):
    values = []
    with torch.no_grad():
        for module in model:
            X = module(X)
            if isinstance(module, nn.Linear):
                values.insert(0, X.square().mean().sqrt().item())
    return values


@wrong(fails={VALUES}, says="one value per Linear is asked for")
def every_module(model, X):
    values = []
    with torch.no_grad():
        for module in model:
            X = module(X)
            values.append(X.square().mean().sqrt().item())
    return values


@wrong(fails={VALUES, CLEAN}, says="not available in a solution cell")
def asks_the_checks(model, X):
    import torch_checks

    return [torch_checks.nn_utils._rms(X.numpy())]


@wrong(fails={VALUES, CLEAN}, says="this exercise is still empty")
def not_started(model, X):
    raise NotImplementedError()

"""Answers to exercise 4b E5: training with mini-batches, without a look at the test set."""

import numpy as np

from answer_bank import right, wrong

CELL = "a4b_train"
NAME = "train"

EPOCHS, LEARNS, SEALED = "a4b_train_epochs", "a4b_train_learns", "a4b_train_sealed"
TOLERANCE = 1e-9


def inputs(rng):
    """Yield small trainings on which a surviving mutant is compared with the reference."""
    for n, batch_size, epochs in ((7, 3, 2), (6, 3, 1), (5, 9, 3), (11, 1, 1), (13, 5, 4)):
        for lr in (0.0, 0.3):
            X, Y = rng.normal(size=(n, 3)), np.eye(2)[rng.integers(2, size=n)]
            yield X, Y, epochs, batch_size, lr


def observe(train, X, Y, epochs, batch_size, lr):
    """The history and the parameters, of the reference's network."""
    from hidden_tests.a4_layers_and_digits.digits_network import FeedForwardNet
    from nn_utils import DataVault

    net = FeedForwardNet([3, 4, 2], np.random.default_rng(1))
    data = DataVault(X, Y, X, Y)
    history = train(net, data, epochs, batch_size, lr, np.random.default_rng(2))
    return [float(loss) for loss in history], net.params


@right
def from_the_parts(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        losses, weights = [], []
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            losses.append(loss)
            weights.append(len(X))
        history.append(np.average(losses, weights=weights))
    return history


@right
def its_own_batches_in_place(net, data, epochs, batch_size, lr, rng):
    X, Y = data.X_train, data.Y_train
    history = np.zeros(epochs)
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            chosen = order[start : start + batch_size]
            loss, grads = net.loss_and_grads(X[chosen], Y[chosen])
            for key in net.params:
                net.params[key] -= lr * grads[key]
            history[epoch] += loss * len(chosen) / len(X)
    return history.tolist()


@right
def momentum(net, data, epochs, batch_size, lr, rng):
    velocity, history = {key: 0.0 for key in net.params}, []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            velocity = {key: 0.9 * velocity[key] + grads[key] for key in grads}
            net.params = sgd_step(net.params, velocity, lr)
            total += len(X) * loss
        history.append(total / len(data.X_train))
    return history


@right
def prints_the_training_accuracy(net, data, epochs, batch_size, lr, rng):
    history, labels = [], np.argmax(data.Y_train, axis=1)
    for epoch in range(epochs):
        pairs = []
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            pairs.append((loss, len(X)))
        history.append(sum(loss * n for loss, n in pairs) / sum(n for _, n in pairs))
        print(epoch, history[-1], np.mean(net.predict_proba(data.X_train).argmax(axis=1) == labels))
    return history


@wrong(fails={SEALED}, says="training read the test set at epoch 1")
def test_leak(net, data, epochs, batch_size, lr, rng):
    history = []
    for epoch in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
        test_loss, grads = net.loss_and_grads(data.X_test, data.Y_test)
        net.params = sgd_step(net.params, grads, lr)
    return history


@wrong(fails={SEALED}, says="training read the test set at epoch 1")
def keeps_the_best_on_the_test_set(net, data, epochs, batch_size, lr, rng):
    history, best, kept = [], -1.0, net.params
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
        probs = net.predict_proba(data.X_test)
        share = np.mean(probs.argmax(axis=1) == data.Y_test.argmax(axis=1))
        if share >= best:
            best, kept = share, net.params
    net.params = kept
    return history


@wrong(fails={SEALED}, says="training read the test set at epoch 3")
def prints_the_test_accuracy(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    print(accuracy(net.predict_proba(data.X_test), np.argmax(data.Y_test, axis=1)))
    return history


@wrong(fails={EPOCHS}, says="epoch loss differs from the mean over samples")
def partial_batch_weight(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        losses = []
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            losses.append(loss)
        history.append(np.mean(losses))
    return history


@wrong(fails={EPOCHS}, says="this is the loss of the last batch")
def last_loss(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
        history.append(loss)
    return history


@wrong(fails={EPOCHS}, says="this is the sum over the epochs so far")
def total_not_reset(net, data, epochs, batch_size, lr, rng):
    history, total = [], 0.0
    for _ in range(epochs):
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS}, says="3 floats, one mean loss per epoch")
def a_loss_per_batch(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            history.append(loss)
    return history


@wrong(fails={EPOCHS}, says="one mean loss per epoch")
def no_history(net, data, epochs, batch_size, lr, rng):
    for _ in range(epochs):
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            net.params = sgd_step(net.params, net.loss_and_grads(X, Y)[1], lr)


@wrong(fails={LEARNS}, says="the loss restarts at")
def reinitializes(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        net.params = {k: 0.1 * rng.normal(size=p.shape) for k, p in net.params.items()}
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS, LEARNS, SEALED}, says="net.loss_and_grads was never called")
def a_network_of_its_own(net, data, epochs, batch_size, lr, rng):
    net = FeedForwardNet([data.X_train.shape[1], 8, data.Y_train.shape[1]], rng)
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS, LEARNS, SEALED}, says="the parameters of net are as before")
def step_thrown_away(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS, LEARNS}, says="the step size grows with the batch index")
def accumulates(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total, summed = 0.0, {key: 0.0 for key in net.params}
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            summed = {key: summed[key] + grads[key] for key in grads}
            net.params = sgd_step(net.params, summed, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS, LEARNS}, says="the step size grows with the batch index")
def accumulates_for_ever(net, data, epochs, batch_size, lr, rng):
    history, summed = [], {key: 0.0 for key in net.params}
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            summed = {key: summed[key] + grads[key] for key in grads}
            net.params = sgd_step(net.params, summed, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS, SEALED}, says="all epochs use the same order")
def never_shuffles(net, data, epochs, batch_size, lr, rng):
    history, n = [], len(data.X_train)
    for _ in range(epochs):
        total = 0.0
        for start in range(0, n, batch_size):
            X, Y = data.X_train[start : start + batch_size], data.Y_train[start : start + batch_size]
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / n)
    return history


@wrong(fails={EPOCHS}, says="all epochs use the same order")
def shuffles_once(net, data, epochs, batch_size, lr, rng):
    history, batches = [], list(minibatches(data.X_train, data.Y_train, batch_size, rng))
    for _ in range(epochs):
        total = 0.0
        for X, Y in batches:
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS}, says="training changed X_train in place")
def shuffles_the_data(net, data, epochs, batch_size, lr, rng):
    history, n = [], len(data.X_train)
    for _ in range(epochs):
        total, order = 0.0, rng.permutation(n)
        data.X_train[:], data.Y_train[:] = data.X_train[order], data.Y_train[order]
        for start in range(0, n, batch_size):
            X, Y = data.X_train[start : start + batch_size], data.Y_train[start : start + batch_size]
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / n)
    return history


@wrong(fails={EPOCHS, LEARNS}, says="W1 never changes")
def frozen_layer(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = {**sgd_step(net.params, grads, lr), "W1": net.params["W1"]}
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS}, says="twice the lr does not make the first step twice as large")
def a_rate_of_its_own(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, 0.1)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={LEARNS}, says="accuracy")
def uphill(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, -lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS}, says="loss_and_grads saw 126 samples")
def drops_the_last_batch(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            if len(X) < min(batch_size, len(data.X_train)):
                continue
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total, count = total + loss * len(X), count + len(X)
        history.append(total / count)
    return history


@wrong(fails={EPOCHS, SEALED, LEARNS}, says="loss_and_grads saw 0 samples")
def all_samples_at_once(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        loss, grads = net.loss_and_grads(data.X_train, data.Y_train)
        net.params = sgd_step(net.params, grads, lr)
        history.append(loss)
    return history


@wrong(fails={SEALED}, says="draw from rng alone")
def random_numbers_of_its_own(net, data, epochs, batch_size, lr, rng):
    history = []
    for _ in range(epochs):
        total, order = 0.0, np.random.permutation(len(data.X_train))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            loss, grads = net.loss_and_grads(data.X_train[chosen], data.Y_train[chosen])
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(chosen)
        history.append(total / len(order))
    return history


@wrong(fails={SEALED}, says="another rng gives the same network")
def a_seed_of_its_own(net, data, epochs, batch_size, lr, rng):
    history, rng = [], np.random.default_rng(0)
    for _ in range(epochs):
        total = 0.0
        for X, Y in minibatches(data.X_train, data.Y_train, batch_size, rng):
            loss, grads = net.loss_and_grads(X, Y)
            net.params = sgd_step(net.params, grads, lr)
            total += loss * len(X)
        history.append(total / len(data.X_train))
    return history


@wrong(fails={EPOCHS, LEARNS, SEALED}, says="not available in a solution cell")
def asks_the_checks(net, data, epochs, batch_size, lr, rng):
    from hidden_tests.a4_layers_and_digits.digits_network import train as given

    return given(net, data, epochs, batch_size, lr, rng)


@wrong(fails={EPOCHS, LEARNS, SEALED}, says="this exercise is still empty")
def not_started(net, data, epochs, batch_size, lr, rng):
    raise NotImplementedError()

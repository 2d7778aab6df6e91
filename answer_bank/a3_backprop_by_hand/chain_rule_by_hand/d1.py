r"""Answers to exercise 3b D1: slopes, deltas and the recursion, graded by hand."""

from answer_bank import right, wrong

CELL = "a3b_d1"


@right
def from_the_output():
    r"""$\partial L / \partial z_{out} = z_{out} - y$, so $\delta_{out} = (z_{out} - y) f_3'(s_{out})$ and

    $$\frac{\partial L}{\partial w_{out}} = \delta_{out} \frac{\partial s_{out}}{\partial w_{out}} = \delta_{out} z_2.$$

    Next, $\delta_2 = \delta_{out} \cdot w_{out} \cdot f_2'(s_2)$ and $\partial L / \partial w_2 = \delta_2 z_1$;
    then $\delta_1 = \delta_2 w_2 f_1'(s_1)$ and $\partial L / \partial w_1 = \delta_1 x$.

    If neuron $j$ feeds several neurons, a change of $z_j$ changes all $s_k$, and the effects on $L$ add up:
    $\delta_j = f'(s_j) \sum_k w_{jk} \delta_k$. Since $\partial s_k / \partial w_{jk} = z_j$, the slope is
    $z_j \delta_k$, and the update $w_{jk} \leftarrow w_{jk} - \alpha z_j \delta_k$."""


@right
def written_out():
    r"""$$\frac{\partial L}{\partial w_1} = (z_{out} - y) f_3'(s_{out}) w_{out} f_2'(s_2) w_2 f_1'(s_1) x$$

    and the same product cut off earlier for the others: $(z_{out} - y) f_3'(s_{out}) w_{out} f_2'(s_2) z_1$ for $w_2$,
    $(z_{out} - y) f_3'(s_{out}) z_2$ for $w_{out}$.

    General: $\partial L / \partial z_j = \sum_k (\partial L / \partial s_k) (\partial s_k / \partial z_j) = \sum_k \delta_k w_{jk}$
    and $\delta_j = f'(s_j) \, \partial L / \partial z_j$. The weight's slope is $\delta_k z_j$; it changes by
    $- \alpha \, \delta_k z_j$."""


@wrong()
def slopes_at_z_and_no_sum():
    r"""$\delta_{out} = (z_{out} - y) f_3'(z_{out})$, $\delta_2 = \delta_{out} w_{out} f_2'(z_2)$, $\delta_1 = \delta_2 w_2 f_1'(z_1)$.
    In general $\delta_j = f'(z_j) w_{jk} \delta_k$, and $w_{jk} \leftarrow w_{jk} + \alpha z_j \delta_k$."""


@wrong()
def only_the_last_weight():
    r"""$\partial L / \partial w_{out} = (z_{out} - y) f_3'(s_{out}) z_2$. The other two follow by the chain rule in the same way."""

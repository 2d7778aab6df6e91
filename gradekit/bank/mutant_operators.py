"""The families of small changes that make mutants.

Each operator takes a site (a node and its place in its parent) and gives the nodes to put there.
"""

import ast

_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
}
_REDUCTIONS = {
    "max": "min",
    "maximum": "minimum",
    "argmax": "argmin",
    "sum": "mean",
    "any": "all",
    "zeros": "ones",
    "zeros_like": "ones_like",
}
_REDUCTIONS |= {new: old for old, new in _REDUCTIONS.items()}
# Functions whose first two arguments may change places.
_SYMMETRIC = {
    "maximum", "minimum", "max", "min", "add", "multiply", "equal", "logaddexp", "hypot",
    "array_equal", "isclose", "broadcast_arrays", "logical_and", "logical_or",
}  # fmt: skip
_KEPT = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)


def comparison(site):
    """Another comparison, or a negated condition."""
    node = site.node
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                yield ast.Compare(node.left, operators, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        yield node.operand
    elif site.place in ("test", "ifs"):
        yield ast.UnaryOp(ast.Not(), node)


def arithmetic(site):
    """Another operator or reduction, or a dropped minus."""
    node = site.node
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield ast.AugAssign(node.target, _ARITHMETIC[type(node.op)](), node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif isinstance(node, ast.Call) and _called(node) in _REDUCTIONS:
        yield ast.Call(_renamed(node.func, _REDUCTIONS[_called(node)]), node.args, node.keywords)


def constant(site):
    """Another number, the other truth value, the other infinity."""
    node = site.node
    if _in_keyword(site, "axis") or _in_keyword(site, "keepdims"):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield _number(node.value + 1)
        yield _number(node.value - 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield _number(node.value + 1)
        yield _number(node.value * 2)
    elif _is_attribute(node, "inf") and not isinstance(site.parent, ast.UnaryOp):
        yield ast.UnaryOp(ast.USub(), node)


def axis(site):
    """Another axis, the new axis on the other side, a dropped transposition."""
    node = site.node
    if isinstance(node, ast.Call):
        kept = [keyword for keyword in node.keywords if keyword.arg != "axis"]
        if len(kept) < len(node.keywords):
            yield ast.Call(node.func, node.args, kept)
    elif _in_keyword(site, "axis"):
        yield _number(0)
        yield _number(-1)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        if any(_is_new_axis(part) for part in node.slice.elts):
            turned = ast.Tuple(node.slice.elts[::-1], ast.Load())
            yield ast.Subscript(node.value, turned, node.ctx)
    elif _is_attribute(node, "T"):
        yield node.value


def keepdims(site):
    """keepdims the other way."""
    if _in_keyword(site, "keepdims"):
        yield ast.Constant(True)
        yield ast.Constant(False)


def order_of_arguments(site):
    """Two neighboring arguments, operands or returned values change places."""
    node = site.node
    if isinstance(node, ast.Call) and _called(node) not in _SYMMETRIC:
        for args in _neighbors_swapped(node.args):
            yield ast.Call(node.func, args, node.keywords)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, _ORDERED):
        yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.Tuple) and isinstance(site.parent, ast.Return):
        for parts in _neighbors_swapped(node.elts):
            yield ast.Tuple(parts, ast.Load())


def dropped_statement(site):
    """A statement is left out, except definitions and the last return."""
    node = site.node
    last_return = (
        isinstance(node, ast.Return)
        and isinstance(site.parent, ast.FunctionDef)
        and site.parent.body[-1] is node
    )
    if isinstance(node, ast.stmt) and not isinstance(node, _KEPT) and not last_return:
        yield ast.Pass()


FAMILIES = {
    "comparison": comparison,
    "arithmetic": arithmetic,
    "constant": constant,
    "axis": axis,
    "keepdims": keepdims,
    "order of arguments": order_of_arguments,
    "dropped statement": dropped_statement,
}


def _called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", None))


def _renamed(function, name):
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, function.ctx)
    return ast.Name(name, function.ctx)


def _in_keyword(site, name):
    return isinstance(site.parent, ast.keyword) and site.parent.arg == name


def _is_new_axis(node):
    if isinstance(node, ast.Constant):
        return node.value is None
    return _is_attribute(node, "newaxis")


def _is_attribute(node, name):
    return isinstance(node, ast.Attribute) and node.attr == name


def _neighbors_swapped(nodes):
    for first in range(len(nodes) - 1):
        pair = nodes[first : first + 2]
        if not any(isinstance(node, ast.Starred) for node in pair):
            yield [*nodes[:first], *pair[::-1], *nodes[first + 2 :]]


def _number(value):
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))

"""The cells of an HTML table at their places, whatever their spans."""

from dataclasses import dataclass

MAX_SPAN = 1000


@dataclass
class Cell:
    """A cell of a table, at its place."""

    node: object
    column: int
    width: int
    height: int

    @property
    def columns(self):
        """The columns in which it stands."""
        return range(self.column, self.column + self.width)


@dataclass
class Row:
    """A row's own cells, and the columns that cells from above reach into."""

    cells: list
    covered: set


def grid(node):
    """Return the rows of a table, and how many of them are heads.

    Parameters
    ----------
    node : bs4.Tag

    Returns
    -------
    list of Row
    int
    """
    rows, heads = [], 0
    below = {}  # column: in how many further rows a cell from above stands
    for nodes in filter(None, _lines(node)):
        row, column = Row([], set(below)), 0
        for cell in nodes:
            while column in row.covered:
                column += 1
            wanted = range(column, column + _span(cell, "colspan"))
            # Browsers draw cells over one another, where not all of their text can be read.
            stop = next((at for at in wanted if at in row.covered), wanted.stop)
            row.cells.append(Cell(cell, column, stop - column, _span(cell, "rowspan")))
            column = stop
        below = {at: rest - 1 for at, rest in below.items() if rest > 1}
        for cell in row.cells:
            if cell.height > 1:
                below.update(dict.fromkeys(cell.columns, cell.height - 1))
        rows.append(row)
        in_head = nodes[0].find_parent(["thead", "table"]).name == "thead"
        head = in_head or all(cell.name == "th" for cell in nodes)
        if head and heads >= len(rows) - 1:
            heads = len(rows)
    for at, row in enumerate(rows):
        # No cell of a head reaches below it.
        if at < heads:
            heads = max(heads, at + max(cell.height for cell in row.cells))
    return rows, heads


def _lines(node):
    """Yield the cells of each row; browsers put those that are in no row into one."""
    loose = []
    for part in node.find_all(["tr", "th", "td"]):
        if part.find_parent("table") is not node:
            continue
        if part.name != "tr":
            loose += [part] if part.parent.name != "tr" else []
            continue
        yield loose
        loose = []
        yield part.find_all(["th", "td"], recursive=False)
    yield loose


def _span(cell, which):
    text = cell.get(which, "1").strip()
    return min(max(int(text), 1), MAX_SPAN) if text.isdigit() and len(text) < 6 else 1


def end_spans(rows):
    """Let no cell reach below the table."""
    for at, row in enumerate(rows):
        for cell in row.cells:
            cell.height = min(cell.height, len(rows) - at)

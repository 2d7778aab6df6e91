"""Tables of HTML, of Markdown and of Pandas, fitted to the page.

Typst breaks lines in a cell but not within words, and it lets columns of numbers run off the page.
In a document made in a moment nobody looks at the page before it is handed in, so the width of
every column is estimated here: a table that is too wide is set smaller, and one of data that would
become too small to read is cut into several below one another, each with the first column.
"""

from dataclasses import dataclass

from gradekit.pdf.css import background, colored, side

SIZE, SMALLEST = 9.5, 6.5  # points
DATA_SIZE = 8.0
CHARACTER = 0.5  # average width of a character, in units of the size
INSET = 11.0  # both sides of a cell, in points
MAX_SPAN = 1000
MAX_ROWS = 400
UNBROKEN = 24  # a cell of data with up to so many characters stays on one line


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


def table(node, writer):
    """Return a table as Typst markup.

    Parameters
    ----------
    node : bs4.Tag
    writer : object
        With `blocks`, which writes the content of cells.
    """
    rows, heads = _rows(node)
    if not rows:
        return ""
    data = "dataframe" in node.get("class", [])
    left_out = max(len(rows) - MAX_ROWS, 0)
    rows = rows[:MAX_ROWS]
    _end_spans(rows)
    heads = min(heads, len(rows))
    columns = max(cell.columns.stop for row in rows for cell in row.cells)
    widths = _widths(rows, columns, data)
    room = writer.sheet.look.text_width
    size = max(min(DATA_SIZE if data else SIZE, _size(widths, room)), SMALLEST)
    caption = node.find("caption", recursive=False)
    parts = [writer.blocks(caption.contents)] if caption else []
    groups = _groups(rows, widths, size, room) if data else [range(columns)]
    parts += [_written(rows, heads, chosen, size, data, writer) for chosen in groups]
    if left_out:
        parts.append(f'#note("{left_out:,} more rows left out.")')
    return "\n\n".join(part for part in parts if part)


def _rows(node):
    """Return the rows of cells at their places, and how many of the rows are heads."""
    rows, heads = [], 0
    below = {}  # column: in how many further rows a cell from above stands
    for nodes in filter(None, _lines(node)):
        row, column = Row([], set(below)), 0
        for cell in nodes:
            while column in row.covered:
                column += 1
            row.cells.append(Cell(cell, column, _span(cell, "colspan"), _span(cell, "rowspan")))
            column = row.cells[-1].columns.stop
        below = {at: rest - 1 for at, rest in below.items() if rest > 1}
        for cell in row.cells:
            if cell.height > 1:
                below.update(dict.fromkeys(cell.columns, cell.height - 1))
        rows.append(row)
        in_head = nodes[0].find_parent(["thead", "table"]).name == "thead"
        head = in_head or all(cell.name == "th" for cell in nodes)
        if head and heads >= len(rows) - 1:
            heads = max(heads, len(rows) - 1 + max(cell.height for cell in row.cells))
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


def _end_spans(rows):
    """Let no cell reach below the table."""
    for at, row in enumerate(rows):
        for cell in row.cells:
            cell.height = min(cell.height, len(rows) - at)


def _widths(rows, columns, data):
    """Return for each column how many characters cannot be broken."""
    widths = [1] * columns
    for row in rows:
        for cell in row.cells:
            text = cell.node.get_text(" ").strip()
            words = max(map(len, text.split()), default=1)
            need = len(text) if data and len(text) <= UNBROKEN else min(words, 60)
            for column in cell.columns:
                widths[column] = max(widths[column], need / cell.width)
    return widths


def _size(widths, room):
    """Return the size in points at which the columns fill the page."""
    return (room - INSET * len(widths)) / (CHARACTER * 1.15 * sum(widths))


def _groups(rows, widths, size, room):
    """Cut the columns into groups that fit the page; each begins with the first column."""
    needs = [width * CHARACTER * 1.15 * size + INSET for width in widths]
    spanned = any(cell.width > 1 or cell.height > 1 for row in rows for cell in row.cells)
    if spanned or sum(needs) <= room:
        return [range(len(widths))]
    groups, group, used = [], [0], needs[0]
    for column, need in enumerate(needs[1:], start=1):
        if len(group) > 1 and used + need > room:
            groups.append(group)
            group, used = [0], needs[0]
        group.append(column)
        used += need
    return [*groups, group]


def _written(rows, heads, chosen, size, data, writer):
    lines = [
        [
            *(_cell(cell, data, writer, at < heads) for cell in row.cells if cell.column in chosen),
            *["[]"] * len(_missing(row, chosen)),
        ]
        for at, row in enumerate(rows)
    ]
    parts = []
    if heads and (head := [cell for line in lines[:heads] for cell in line]):
        parts.append(f"table.header({', '.join(head)})")
    parts += [", ".join(line) for line in lines[heads:] if line]
    call = "data-table" if data else "grid-table"
    return f"#{call}({len(chosen)}, {size:.3g}pt, {heads}, {', '.join(parts)})"


def _missing(row, chosen):
    """Return the columns for which a row has no cell."""
    own = {column for cell in row.cells for column in cell.columns}
    return set(chosen) - own - row.covered


def _cell(cell, data, writer, head):
    inner = writer.blocks(cell.node.contents)
    if cell.node.name == "th" and inner:
        inner = f"#strong[{inner}]"
    inner, fill = colored(cell.node, inner), background(cell.node)
    where = side(cell.node) or ("right" if data and not head else None) or side(cell.node.parent)
    options = [
        f"{name}: {value}"
        for name, value, usual in (
            ("colspan", cell.width, 1),
            ("rowspan", cell.height, 1),
            ("align", where, None),
            ("fill", fill and f'rgb("{fill}")', None),
        )
        if value != usual
    ]
    return f"table.cell({', '.join(options)})[{inner}]" if options else f"[{inner}]"

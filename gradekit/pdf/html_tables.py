"""Tables of HTML, of Markdown and of Pandas, fitted to the page.

Typst breaks lines in a cell but not within words, and it lets columns of numbers run off the page.
In a document made in a moment nobody looks at the page before it is handed in, so the width of
every column is estimated here: a table that is too wide is set smaller, and one that would become
too small to read is cut into several below one another, each with the index. Browsers scroll.
"""

from gradekit.pdf.css import background, bars, inked, side
from gradekit.pdf.html_grid import end_spans, grid

SIZE, SMALLEST = 9.5, 6.5  # points
DATA_SIZE = 8.0
CHARACTER = 0.575  # width of a character, in units of the size; most are narrower
INSET = 11.0  # both sides of a cell, in points
MAX_ROWS = 400
UNBROKEN = 24  # a cell of data with up to so many characters stays on one line
LONG_WORD, PIECE = 60, 20  # words as long as this are broken into such pieces
WIDEST_INDEX = 0.6  # of the page; a wider one is not repeated
# What may stand in a table itself; browsers show anything else above it.
PARTS = {"caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"}


def table(node, writer):
    """Return a table as Typst markup.

    Parameters
    ----------
    node : bs4.Tag
    writer : object
        With `blocks`, which writes the content of cells.
    """
    caption = node.find("caption", recursive=False)
    loose = [child for child in node.contents if child.name not in PARTS]
    # Pandas names the class, or else the headings where it colors a table.
    data = "dataframe" in node.get("class", []) or bool(node.find(class_="col_heading"))
    parts = [writer.blocks(loose), _caption(caption, data, writer) if caption else ""]
    rows, heads = grid(node)
    if heads == 1 and len(rows) > 1 and not any(_is_shown(cell) for cell in rows[0].cells):
        # Markdown has no tables without a head.
        rows, heads = rows[1:], 0
    if rows:
        parts += _tables(rows, heads, data, writer)
    return "\n\n".join(part for part in parts if part)


def _caption(node, data, writer):
    """Return a caption, which stands in the middle if the table does."""
    inner = writer.blocks(node.contents)
    where = side(node) or ("left" if data else "center")
    return f"#align({where})[{inner}]" if inner and where != "left" else inner


def _is_shown(cell):
    return cell.node.find("img") or cell.node.get_text().strip()


def _tables(rows, heads, data, writer):
    """Return one table, or several if the page is not wide enough."""
    left_out = max(len(rows) - MAX_ROWS, 0)
    rows = rows[:MAX_ROWS]
    end_spans(rows)
    heads = min(heads, len(rows))
    columns = max(cell.columns.stop for row in rows for cell in row.cells)
    look = writer.sheet.look
    widths = _widths(rows, columns, data)
    size = max(min(DATA_SIZE if data else SIZE, _size(widths, look.text_width)), SMALLEST)
    needs = [width * CHARACTER * size + INSET for width in widths]
    groups = [range(columns)]
    if sum(needs) > look.text_width and not look.scrolls:
        groups = _groups(needs, _index(rows[heads:], columns), look.text_width)
    parts = [_written(rows, heads, chosen, size, data, writer) for chosen in groups]
    if left_out:
        parts.append(f'#note("{left_out:,} more rows left out.")')
    return parts


def _widths(rows, columns, data):
    """Return for each column how many characters cannot be broken."""
    widths = [1] * columns
    for row in rows:
        for cell in row.cells:
            text = cell.node.get_text(" ").strip()
            words = [len(word) for word in text.split()]
            need = max((word if word < LONG_WORD else PIECE for word in words), default=1)
            if data and len(text) <= UNBROKEN:
                need = max(len(text), 1)
            for column in cell.columns:
                widths[column] = max(widths[column], need / cell.width)
    return widths


def _size(widths, room):
    """Return the size in points at which the columns fill the page."""
    return (room - INSET * len(widths)) / (CHARACTER * sum(widths))


def _index(rows, columns):
    """Return how many columns at the left say what a row is; at least the first does."""
    first = (
        next((cell.column for cell in row.cells if cell.node.name == "td"), columns)
        for row in rows
    )
    return max(min(first, default=1), 1)


def _groups(needs, index, room):
    """Cut the columns into groups that fit the page; each begins with the index."""
    if sum(needs[:index]) > WIDEST_INDEX * room:
        index = 1
    room -= sum(needs[:index])
    rest = list(enumerate(needs))[index:]
    count = len(_filled(rest, room))
    # As many groups, of about the same width.
    even = sum(need for _, need in rest) / max(count, 1) + max(needs)
    return [[*range(index), *group] for group in _filled(rest, min(room, even))]


def _filled(columns, room):
    groups, used = [], room
    for column, need in columns:
        if used + need > room and (used or not groups):
            groups.append([])
            used = 0
        groups[-1].append(column)
        used += need
    return groups


def _written(rows, heads, chosen, size, data, writer):
    chosen = set(chosen)
    lines = [
        [
            *(
                _cell(cell, len(shown), data, writer)
                for cell in row.cells
                if (shown := chosen.intersection(cell.columns))
            ),
            *["[]"] * len(_missing(row, chosen)),
        ]
        for row in rows
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
    return chosen - own - row.covered


def _cell(cell, width, data, writer):
    """Return a cell, as wide as so many columns."""
    node = cell.node
    inner = writer.blocks(node.contents)
    if node.name == "th" and inner:
        inner = f"#strong[{inner}]"
    back = background(node) or background(node.parent)
    options = [
        f"{name}: {value}"
        for name, value, usual in (
            ("colspan", width, 1),
            ("rowspan", cell.height, 1),
            # As in JupyterLab, a row has no say about where its data stand.
            ("align", side(node) or (None if data else side(node.parent)), None),
            ("fill", bars(node) or (back and f'rgb("{back}")'), None),
        )
        if value != usual
    ]
    inner = inked(node, inner, back)
    return f"cell({', '.join(options)})[{inner}]" if options else f"[{inner}]"

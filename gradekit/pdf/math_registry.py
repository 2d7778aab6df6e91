"""Tables of LaTeX commands and the functions that read them."""


def registry():
    """Return an empty table of commands and the decorator that fills it.

    A function takes the translator, standing behind the command, and the command's name; it reads
    the arguments and returns Typst source. The translator is passed in, so that no module of
    commands imports it.

    Returns
    -------
    commands : dict of str to callable
    command : callable
        ``@command("dots", "dotsc")`` enters a function under each of the names.
    """
    commands = {}

    def command(*names):
        def register(function):
            commands.update(dict.fromkeys(names, function))
            return function

        return register

    return commands, command

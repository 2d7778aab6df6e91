"""Does a cell show here what it shows in a stock kernel under stock nbgrader?"""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gradekit.execution.job import Job
from gradekit.execution.notebook import execute

# They run in one kernel, in this order.
CELLS = {
    "result": "print('hi')\n1+1",
    "streams": "import sys\nprint('a'); print('b', file=sys.stderr); print('c')",
    "no newline": "sys.stdout.write('no newline'); sys.stderr.write('err')",
    "error": "1/0",
    "nested functions": "def f(x):\n    def g(y):\n        return 1/y\n    return g(x)\nf(0)",
    "syntax error": "for i in range(3\nprint(i)",
    "indentation error": "  x = 1\n y = 2",
    "assignment to operator": "x = = 2",
    "cause": "try:\n    int('a')\nexcept ValueError as e:\n    raise RuntimeError('outer') from e",
    "context": "try:\n    {}['k']\nexcept KeyError:\n    [][3]",
    "no context": "raise KeyError('x') from None",
    "group": "raise ExceptionGroup('many', [ValueError(1), TypeError('two')])",
    "own error": "class E(Exception):\n    def __str__(self): return 'own\\nsecond'\nraise E()",
    "assertion": "assert 1 == 2, 'message'",
    "error in library": "import json\njson.loads('{bad')",
    "unicode error": "raise Exception('unicode é 漢')",
    "input": "input('?')",
    "getpass": "import getpass\ngetpass.getpass()",
    "rich": "from IPython.display import *\n"
    "display(HTML('<b>x</b>')); print('between'); display(Markdown('*m*'), Latex('$x$'))",
    "display id": "h = display('first', display_id='one')",
    "update": "h.update('second'); print('updated')",
    "display id again": "display('again', display_id='one')",
    "clear": "print('gone'); clear_output(); print('stays')",
    "clear and wait": "print('gone'); clear_output(wait=True); print('stays too')",
    "clear and nothing": "print('kept'); clear_output(wait=True)",
    "after clear": "print('next')",
    "capture": "%%capture out\nprint('captured'); display(HTML('c')); sys.stderr.write('x')",
    "captured": "print(repr(out.stdout), repr(out.stderr), len(out.outputs))",
    "shell": "!echo hello; echo err >&2; exit 3",
    "exit code": "_exit_code",
    "shell assigned": "files = !echo a b\nfiles",
    # A moment for the thread that reads what other processes write.
    "system": "import os, time\nos.system('echo one'); time.sleep(0.3); print('three')",
    "subprocess": "import subprocess\nsubprocess.run(['echo', 'inherited']); time.sleep(0.3)",
    "subprocess to stdout": "subprocess.run(['echo', 'lost'], stdout=sys.stdout).returncode",
    "device": "subprocess.run(['sh', '-c', 'echo out > /dev/stdout']); time.sleep(0.3)",
    "warning": "import warnings\nwarnings.warn('careful')",
    "numpy warning": "import numpy as np\nnp.log(0), np.array([1.0]) / 0",
    "logging": "import logging\nlogging.warning('%s', 1); logging.getLogger('my').error('e')",
    "progress": "for k in range(3):\n    print(f'\\rstep {k}', end='', flush=True)",
    "long": "print('x' * 5000); print('é ü 漢字 🎉 \\x1b[31mred\\x1b[0m \\x00 \\x08')",
    "flushes": "print('a' * 100, flush=True); print('b', flush=True); print('c')",
    "await": "import asyncio\nasync def later():\n    await asyncio.sleep(0.01); return 5\n"
    "await later()",
    "task": "task = asyncio.create_task(later()); print('created')",
    "task in the next cell": "await task",
    "gather": "await asyncio.gather(later(), later())",
    "error in async": "async def bad(): raise ValueError('in async')\nawait bad()",
    "async with": "async with asyncio.timeout(1): print('async with')",
    "talking task": "async def talk():\n    await asyncio.sleep(0.05); print('from the task')\n"
    "t2 = asyncio.ensure_future(talk())\nprint('started')",
    "task talks in another cell": "import time; await asyncio.sleep(0.15); print('waited')",
    "asyncio.run": "c = later()\ntry:\n    asyncio.run(c)\nfinally:\n    c.close()",
    "thread": "import threading\ndef run(): print('in a thread')\n"
    "th = threading.Thread(target=run); th.start(); th.join()",
    "error in thread": "def die(): raise ValueError('thread')\n"
    "th = threading.Thread(target=die, name='mine'); th.start(); th.join()",
    "out": "7",
    "history": "_, __, _i, Out[sorted(Out)[-1]], len(In), In[1]",
    "none": "None",
    "semicolon": "7;",
    "two results": "1\n2",
    "comment": "# only a comment",
    "who": "%who_ls function",
    "no magic": "%nosuchmagic",
    "no cell magic": "%%nosuch\nbody",
    "precision": "%precision 3\n3.14159",
    "bash": "%%bash\necho bash; echo err >&2",
    "html magic": "%%html\n<i>h</i>",
    "figure": "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
    "plt.plot([1,2,3]); plt.title('$x^2$')",
    "figures": "fig, ax = plt.subplots(1, 2, figsize=(6, 2))\n"
    "ax[0].imshow(np.arange(12).reshape(3, 4)); ax[1].hist(np.arange(10)); plt.show(); print(1)",
    "figure as result": "fig",
    "figure and error": "plt.figure(); plt.plot([1]); 1/0",
    "exit": "import sys; sys.exit(3)",
    "system exit": "raise SystemExit",
    "interrupt": "raise KeyboardInterrupt('text')",
    "signal": "import signal; os.kill(os.getpid(), signal.SIGINT)",
    "shell object": "get_ipython()",
    "streams' class": "type(sys.stdout), sys.stdout.encoding, sys.stdout.isatty()",
    "application": "from ipykernel.kernelapp import IPKernelApp\n"
    "IPKernelApp.initialized(), IPKernelApp.instance().kernel is get_ipython().kernel",
    "module": "__name__, __doc__, '__file__' in globals()",
    "html repr": "class R:\n    def _repr_html_(self): return '<u>r</u>'\n"
    "    def __repr__(self): return 'R()'\nR()",
    "bad repr": "class Bad:\n    def __repr__(self): raise ValueError('no repr')\nBad()",
    "bad html": "class BadHtml:\n    def _repr_html_(self): raise ValueError('no html')\nBadHtml()",
    "containers": "[R(), {'a': 1, 'b': [1, 2]}, np.arange(3), {1, 2}]",
    "pager": "def documented(a, b=1):\n    'Doc.'\ndocumented?",
    "help": "help(documented)",
    "widget": "from ipywidgets import IntSlider, Output\nIntSlider(3)",
    "output widget": "o = Output()\nwith o: print('in widget')\ndisplay(o)",
    "file": "print('x', file=open('made.txt', 'w')); open('made.txt').read()",
    "writefile": "%%writefile written.py\nvalue = 41",
    "own module": "import written; written.value + 1",
    "run": "%run written.py\nvalue",
    "no module": "import nosuchmodule",
    "displayhook": "sys.displayhook(5)",
    "debugger": "%debug",
    "plain tracebacks": "%xmode Plain",
    "plain error": "1/0",
    "verbose tracebacks": "%xmode Verbose",
    "verbose error": "def v(a): return a / 0\nv(3)",
    "usual tracebacks": "%xmode Context",
    "eval": "eval('1 +')",
    "exec": "exec('raise ValueError(3)')",
    "late future import": "from __future__ import annotations",
    "name error": "del undefined",
    "slow": "print('before sleep'); time.sleep(0.5); print('after sleep')",
    "interleaved": "sys.stderr.write('e1\\n'); print('o1', flush=True); sys.stderr.write('e2\\n')",
    "%history": "%history -n 1-2",
    "%store": "%store",
    "%alias": "%alias",
    "%lsmagic": "%lsmagic",
    "C": "import ctypes; c = ctypes.CDLL(None); c.puts(b'C'); c.fflush(None); time.sleep(0.1)",
    "sys.__stdout__": "print('to __stdout__', file=sys.__stdout__); sys.__stdout__.flush()\n"
    "time.sleep(0.1)",
    "pool": "import multiprocessing as mp\ndef work(k): return k * k\n"
    "with mp.get_context('fork').Pool(2) as pool: print(pool.map(work, range(4)))",
    "print_exc": "import traceback\ntry: 1/0\nexcept Exception: traceback.print_exc()",
    "pickle": "import pickle\nclass K: pass\ntype(pickle.loads(pickle.dumps(K())))",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass D: a: int\nD(1)",
    "arguments": "sys.argv[1:2], sys.argv[3:], os.path.basename(sys.argv[0]), sys.executable",
    "environment": "[os.environ.get(k) for k in ('MPLBACKEND', 'NBGRADER_EXECUTION', 'TERM')]",
    "redirect": "import io, contextlib\n"
    "with contextlib.redirect_stdout(io.StringIO()) as f: print('x')\nf.getvalue()",
    "run_cell": "get_ipython().run_cell('1/0').success",
    "image": "display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n', format='png'))",
    "json": "display(JSON({'a': [1]})); Javascript('1')",
    "reset": "%reset -f",
    "after reset": "x",
    "%matplotlib": "%matplotlib",
}

STOCK = """
import json, sys
import nbformat
from nbgrader.preprocessors import Execute
notebook = nbformat.reads(sys.stdin.read(), as_version=4)
Execute().preprocess(notebook, {"metadata": {"path": sys.argv[1]}})
sys.__stdout__.write("\\n" + json.dumps(notebook))
"""

MASKS = {
    r"0x[0-9a-f]{6,}": "0x…",
    r"/tmp/ipykernel_\d+/": "/tmp/ipykernel_…/",
    r"[0-9a-f]{32}": "<id>",
    # IPython writes the home folder as ~, and inside the home is another.
    r"~(?=/)": os.path.expanduser("~"),
}


def masked(outputs, folder):
    """Outputs as texts, without what differs from one run to the next."""
    texts = [json.dumps(o, sort_keys=True, ensure_ascii=False) for o in joined(outputs)]
    for pattern, sign in ({re.escape(folder): "<folder>"} | MASKS).items():
        texts = [re.sub(pattern, sign, text) for text in texts]
    return texts


def joined(outputs):
    """Outputs with pieces of a stream put together, which stock kernels cut by the clock."""
    kept = []
    for output in outputs:
        if kept and kept[-1].get("name") == output.get("name", "none"):
            kept[-1] = kept[-1] | {"text": kept[-1]["text"] + output["text"]}
        else:
            kept.append(output)
    return kept


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The executed cells by name: stock ones and ours."""
    folder = tmp_path_factory.mktemp("stock")
    notebook = new_notebook(cells=[new_code_cell(text) for text in CELLS.values()])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    text = nbformat.writes(notebook)
    environment = os.environ | {"NBGRADER_EXECUTION": "autograde", "OPENBLAS_NUM_THREADS": "1"}
    # Stock kernels let the file descriptors alone when they are tested by pytest.
    del environment["PYTEST_CURRENT_TEST"]
    process = subprocess.Popen(
        [sys.executable, "-c", STOCK, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    with process:
        process.stdin.write(text)
        process.stdin.close()
        ours = execute(Job("ann/sheet/notebook", text, text))
        stock = process.stdout.read().splitlines()[-1]
    assert ours.fault is None
    assert ours.events == []
    pairs = zip(json.loads(stock)["cells"], json.loads(ours.notebook)["cells"], strict=True)
    return dict(zip(CELLS, pairs, strict=True)), str(folder)


@pytest.mark.parametrize("name", CELLS)
def test_like_stock(ran, name):
    """Does a cell show the same, byte for byte but for addresses, numbers and folders?"""
    cells, folder = ran
    stock, ours = cells[name]
    shown = masked(ours["outputs"], "/home/student/sheet")
    assert shown == masked(stock["outputs"], folder)
    assert ours["execution_count"] == stock["execution_count"]
    assert ours["metadata"]["execution"].keys() == stock["metadata"]["execution"].keys()

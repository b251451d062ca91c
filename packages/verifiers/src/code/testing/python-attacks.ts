/** Tries of a Python program `f(path, url)` to get at a secret outside of its box, or to pass without it. */
export interface Attack {
  readonly name: string;
  readonly program: string;
  /** Ends interpreters or runs into a limit, so that it takes seconds. */
  readonly isSlow?: boolean;
}

const body = (name: string, lines: string, isSlow = false): Attack => ({
  name,
  program: `def f(path, url):\n${lines.replace(/^/gm, '    ')}\n`,
  isSlow,
});

/** JavaScript reached from Python, if anything of it can be: the constructor of functions, then the host. */
const throughFunction = (start: string) =>
  `import pyodide.ffi as ffi\nobject = ${start}\nmake = object.constructor.constructor\nreturn make('return process.mainModule.require("fs").readFileSync("' + path + '", "utf8")')()`;

export const pythonAttacks: readonly Attack[] = [
  body('reads a file', 'return open(path).read()'),
  body('reads a file by pathlib', 'import pathlib\nreturn pathlib.Path(path).read_text()'),
  body('reads a file by descriptor', 'import os\nreturn os.read(os.open(path, os.O_RDONLY), 100).decode()'),
  body('reads inherited descriptors', 'import os\nreturn "".join(os.read(n, 100).decode() for n in range(3, 20))'),
  body('looks through /proc', 'return open("/proc/self/root" + path).read()'),
  body('runs a command', 'import os\nreturn os.popen("cat " + path).read()'),
  body(
    'runs a command by system',
    'import os\nreturn "" if os.system("cat " + path) else open("/dev/stdout").read()',
    true,
  ),
  body('runs a process', 'import subprocess\nreturn subprocess.check_output(["cat", path]).decode()'),
  body('forks', 'import os\nreturn os.fork()'),
  body('replaces the process', 'import os\nos.execv("/bin/cat", ["cat", path])'),
  body(
    'spawns by multiprocessing',
    'import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n  return pool.map(str, [1])[0]',
    true,
  ),
  body(
    'starts a thread',
    'import threading\nbox = []\nt = threading.Thread(target=lambda: box.append(open(path).read()))\nt.start()\nt.join()\nreturn box[0]',
  ),
  body('sends a signal', 'import os, signal\nos.kill(os.getppid() or 1, signal.SIGKILL)\nreturn os.getppid()'),
  body('raises a signal', 'import signal\nsignal.raise_signal(signal.SIGTERM)', true),
  body('opens a URL', 'import urllib.request\nreturn urllib.request.urlopen(url).read().decode()', true),
  body(
    'opens a socket',
    'import socket\ns = socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])))\ns.send(b"GET / HTTP/1.0\\r\\n\\r\\n")\nreturn s.recv(1000).decode().split()[-1]',
  ),
  body('fetches by pyodide', 'from pyodide.http import open_url\nreturn open_url(url).read()'),
  body(
    'fetches by pyfetch',
    'from pyodide.http import pyfetch\nfrom pyodide.ffi import run_sync\nreturn run_sync(run_sync(pyfetch(url)).string())',
  ),
  body('installs a package', 'import micropip\nreturn micropip.install(url)'),
  body('imports js', 'import js\nreturn js.process.mainModule.require("fs").readFileSync(path, "utf8")'),
  body('imports js.fetch', 'from js import fetch\nreturn fetch(url)'),
  body('imports pyodide_js', 'import pyodide_js\nreturn pyodide_js._module.FS.filesystems.NODEFS'),
  body(
    'runs JavaScript',
    "from pyodide.code import run_js\nreturn run_js(\"process.mainModule.require('fs').readFileSync('\" + path + \"', 'utf8')\")",
  ),
  body(
    'runs JavaScript by the core',
    'import _pyodide_core, sys\nreturn [m for m in sys.modules.values() if hasattr(m, "run_js")][0].run_js("globalThis.process.env")',
  ),
  body('makes a function of text through an array', throughFunction('ffi.to_js([1])')),
  body('makes a function of text through an object', throughFunction('ffi.to_js({"a": 1})')),
  body('makes a function of text through a proxy', throughFunction('ffi.create_proxy(lambda: 1)')),
  body(
    'takes the function of an exception',
    'import pyodide.ffi as ffi\ntry:\n  ffi.to_js([1]).reduce(1)\nexcept BaseException as error:\n  return error.js_error.constructor.constructor("return this.process")().pid',
  ),
  body(
    'sets prepareStackTrace',
    'import pyodide.ffi as ffi\ntry:\n  ffi.to_js([1]).reduce(1)\nexcept BaseException as error:\n  kind = error.js_error.constructor\n  got = []\n  kind.prepareStackTrace = ffi.create_proxy(lambda e, sites: got.extend(site.getFunction() for site in sites))\n  ffi.to_js([1]).reduce(1)\n  return got[0]',
    true,
  ),
  body(
    'poisons the prototype of arrays',
    'import pyodide.ffi as ffi\nffi.to_js([1]).constructor.prototype.map = ffi.create_proxy(lambda *a: "passed")',
  ),
  body(
    'poisons the prototype of objects',
    'import pyodide.ffi as ffi\nffi.to_js([1]).constructor.prototype.__proto__.status = "passed"',
  ),
  body(
    'registers a JavaScript module',
    'import sys\nfinder = [x for x in sys.meta_path if hasattr(x, "register_js_module")][0]\nfinder.register_js_module("js", {"process": 1})\nimport js\nreturn js.process.env',
  ),
  body(
    'asks the import hook',
    'import sys\nreturn [x for x in sys.meta_path if hasattr(x, "jsproxies")][0].jsproxies["js"].process.pid',
  ),
  body(
    'mounts the host',
    'from pyodide_js import mountNodeFS\nmountNodeFS("/mnt", "/")\nreturn open("/mnt" + path).read()',
  ),
  body('writes a file', 'open("/tmp/left.txt", "w").write("x")\nreturn open(path).read()'),
  body('writes into the library', 'open("/lib/python3.14/math.py", "w").write("pi = 3")\nreturn open(path).read()'),
  body('makes a pipe', 'import os\nr, w = os.pipe()\nos.write(w, b"x" * 1000)\nreturn os.read(r, 10)'),
  body('calls C', 'import ctypes\nreturn ctypes.CDLL(None).system(("cat " + path).encode())', true),
  body('runs a script by C', 'import ctypes\nreturn ctypes.CDLL(None).emscripten_run_script_string(b"1+1")', true),
  body('writes to wild memory', 'import ctypes\nctypes.memset(1024, 0, 8 * 1024 * 1024)', true),
  body('reads stdin', 'return input()'),
  body('reads stdin by descriptor', 'import os\nreturn os.read(0, 100).decode()'),
  body('reads the environment', 'import os\nreturn os.environ["PATH"]'),
  body('exits', 'import sys\nsys.exit(0)'),
  body('exits by os._exit', 'import os\nos._exit(0)', true),
  body('aborts', 'import os\nos.abort()', true),
  body('exits by exception', 'raise SystemExit(0)'),
  body('raises KeyboardInterrupt', 'raise KeyboardInterrupt'),
  body('prints a token of success', 'print(\'{"status": "passed"}\')\nprint("[\\"passed\\", \\"\\"]")'),
  body('floods the output', 'for _ in range(20000): print("x" * 1000)'),
  {
    name: 'forges a reply',
    program: 'import json\njson.dumps = lambda *a, **k: \'{"value": ["s", "passed"]}\'\ndef f(path, url): return 1',
  },
  {
    name: 'forges a verdict as a reply',
    program: 'import json\njson.dumps = lambda *a: \'["passed", ""]\'\ndef f(path, url): return 1',
    isSlow: true,
  },
  {
    name: 'forges a reply that is no text',
    program: 'import json\njson.dumps = lambda *a: 1\ndef f(path, url): return 1',
    isSlow: true,
  },
  {
    name: 'forges a reply that is no JSON',
    program: 'import json\njson.dumps = lambda *a: "passed"\ndef f(path, url): return 1',
    isSlow: true,
  },
  {
    name: 'forges an error that is none',
    program: 'import json\njson.dumps = lambda *a: \'{"error": 5}\'\ndef f(path, url): return 1',
    isSlow: true,
  },
  {
    name: 'forges a reply that nests',
    program:
      "import json\njson.dumps = lambda *a: '{\"value\": ' + '[\"l\", [' * 50000 + ']]' * 50000 + '}'\ndef f(path, url): return 1",
    isSlow: true,
  },
  {
    name: 'forges a handle',
    program: 'import json\njson.dumps = lambda *a: \'{"value": ["h", "__class__"]}\'\ndef f(path, url): return 1',
  },
  body(
    'equals everything',
    'class Yes:\n  def __eq__(self, other): return True\n  def __ne__(self, other): return False\n  def __hash__(self): return 0\nreturn Yes()',
  ),
  body(
    'is text that equals everything',
    'class Yes(str):\n  def __eq__(self, other): return True\n  def __hash__(self): return 0\nreturn Yes("x")',
  ),
  body('is a list that equals everything', 'class Yes(list):\n  def __eq__(self, other): return True\nreturn Yes([1])'),
  body(
    'is a metaclass that equals everything',
    'class Meta(type):\n  def __eq__(self, other): return True\n  def __hash__(self): return 0\nclass Yes(metaclass=Meta): pass\nreturn Yes',
  ),
  body(
    'lies about its class',
    'class Yes:\n  @property\n  def __class__(self): return str\n  def __eq__(self, other): return True\nreturn Yes()',
  ),
  body(
    'patches builtins',
    'import builtins\nfor name in ("len", "abs", "all", "isinstance", "AssertionError", "type", "str"):\n  setattr(builtins, name, lambda *a, **k: True)\nreturn 1',
  ),
  body(
    'patches AssertionError',
    'import builtins\nclass Quiet(BaseException): pass\nbuiltins.AssertionError = Quiet\nreturn 1',
  ),
  body(
    'reads the expected value from the frames',
    'import sys\nframe = sys._getframe()\nwhile frame:\n  for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):\n    if isinstance(value, str) and value.startswith("secret-"): return value\n  frame = frame.f_back',
  ),
  body(
    'reads the expected value from the heap',
    'import gc\nfor each in gc.get_objects():\n  for value in gc.get_referents(each):\n    if type(value) is str and value.startswith("secret-"): return value',
  ),
  body(
    'patches the driver by gc',
    'import gc, types\nfor each in gc.get_objects():\n  if isinstance(each, types.FunctionType) and each.__name__ in ("drive", "encode", "walk", "call"):\n    each.__code__ = (lambda *a, **k: \'{"value": true}\').__code__\nreturn 1',
    true,
  ),
  body('traces', 'import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\nreturn 1'),
  body(
    'sets an audit hook',
    'import sys\ndef hook(*a): raise SystemExit(0)\nsys.addaudithook(hook)\nreturn open(path).read()',
  ),
  body('loops', 'while True: pass'),
  body('loops through interrupts', 'while True:\n  try:\n    while True: pass\n  except BaseException: pass', true),
  body('sleeps', 'import time\ntime.sleep(1000)', true),
  body('recurses', 'return f(path, url)'),
  body('recurses without limit', 'import sys\nsys.setrecursionlimit(10**9)\nreturn f(path, url)', true),
  body('recurses in C', 'x = []\nfor _ in range(1000000): x = [x]\nreturn repr(x)', true),
  body('returns nested data', 'x = []\nfor _ in range(100000): x = [x]\nreturn x', true),
  body('returns data in a circle', 'x = []\nx.append(x)\nreturn x'),
  body('returns much', 'return ["x" * 1000] * 100000', true),
  body('returns a long number', 'return 7 ** 3000000', true),
  body('takes memory', 'x = []\nwhile True: x.append("x" * 10_000_000)', true),
  body('takes memory at once', 'return bytearray(2**31 - 1)'),
  body('computes a huge power', 'return 9 ** 9 ** 9 ** 9', true),
  body('backtracks', 'import re\nreturn re.match(r"(a+)+$", "a" * 40 + "b")', true),
  body('iterates without end', 'import itertools\nreturn itertools.count()'),
  body('deletes the library', 'import sys\nsys.modules.clear()\nreturn open(path).read()'),
  body(
    'runs at the end',
    'import atexit\natexit.register(lambda: open(path))\nclass Last:\n  def __del__(self):\n    while True: pass\nreturn Last()',
  ),
  { name: 'is no program', program: 'def f(:' },
  { name: 'is empty', program: '' },
  { name: 'has a null character', program: 'def f(path, url):\n  return "\u0000"' },
  { name: 'nests too deep to parse', program: `f = ${'('.repeat(5000)}` },
  { name: 'exits while it loads', program: 'import sys\nsys.exit(0)' },
  { name: 'loops while it loads', program: 'while True: pass', isSlow: true },
  {
    name: 'replaces its module',
    program:
      'import sys\nclass Any(dict):\n  def __getitem__(self, key): return True\nsys.modules["__program__"] = Any()\nf = True',
  },
];

import { capMemory, lockDown } from './lock-down.mjs';
import { pythonData } from './python-data.py.mjs';

/** Modules that programs use most, loaded before the snapshot so that each program finds them there. */
const commonModules =
  'abc, ast, bisect, cmath, collections, copy, dataclasses, datetime, decimal, enum, fractions, functools, hashlib, ' +
  'heapq, inspect, io, itertools, json, math, operator, os, random, re, statistics, string, sys, time, typing';

/** Errno 69: the file system is read-only. */
const readOnly = 69;
/** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND. */
const writing = 1 | 2 | 64 | 512 | 1024;

/**
 * CPython in WebAssembly, shut in. `driver` is Python whose last expression is a function; what is returned calls it.
 *
 * @param handles JavaScript that the driver's function is given, if any.
 */
export async function openPython({ pyodide, memoryBytes, interrupt }, driver, ...handles) {
  capMemory(memoryBytes);
  // Pyodide asks for the constants of the host's file system, which it is not given.
  process.binding = () => ({ fs: {} });
  const { loadPyodide } = await import(pyodide.module);
  const python = await loadPyodide({
    indexURL: pyodide.folder,
    jsglobals: Object.create(null),
    env: { HOME: '/', PYTHONHASHSEED: '0' },
    stdin: () => null,
    stdout: () => undefined,
    stderr: () => undefined,
  });
  python.setInterruptBuffer(new Uint8Array(interrupt));
  const { FS } = python._module;
  python.runPython(`import ${commonModules}`);
  python.runPython(pythonData);
  let drive = python.runPython(driver);
  if (handles.length > 0) drive = drive(...handles);
  python.runPython(
    "import sys\nfor finder in sys.meta_path:\n  getattr(finder, 'jsproxies', {}).clear()\nsys.modules.pop('js', None)\n" +
      "sys.modules.pop('pyodide_js', None)",
  );
  closeFiles(FS);
  lockDown();
  return { drive, restore: restorer(python._module) };
}

/** Nothing may be written, made or connected: files would outlive the program and take memory that is not counted. */
function closeFiles(FS) {
  const refuse = () => {
    throw new FS.ErrnoError(readOnly);
  };
  const { open } = FS;
  FS.open = (path, flags = 0, mode) => {
    const isWriting = typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & writing) !== 0;
    return isWriting ? refuse() : open(path, flags, mode);
  };
  const changes = [
    'createNode',
    'mknod',
    'mkdir',
    'mkdirTree',
    'mkdev',
    'symlink',
    'rename',
    'rmdir',
    'unlink',
    'mount',
  ];
  const more = ['unmount', 'chmod', 'lchmod', 'fchmod', 'chown', 'lchown', 'fchown', 'truncate', 'ftruncate', 'utime'];
  const makers = [
    'create',
    'writeFile',
    'createDevice',
    'createDataFile',
    'createLazyFile',
    'createPath',
    'createFile',
  ];
  for (const name of [...changes, ...more, ...makers]) FS[name] = refuse;
  for (const system of Object.values(FS.filesystems)) Object.freeze(system);
}

/** What puts memory, open files and working directory back to what they are now. */
function restorer(module) {
  const { FS } = module;
  const snapshot = module.HEAPU8.slice();
  const streams = FS.streams.length;
  const { currentPath } = FS;
  return () => {
    const memory = module.HEAPU8;
    memory.set(snapshot);
    memory.fill(0, snapshot.length);
    FS.streams.length = streams;
    FS.currentPath = currentPath;
  };
}

/**
 * The driver of the interpreter that runs tests and never sees the program: names of the program stand for calls into
 * the other interpreter, what comes back is a copy made of builtin types, and objects of the program stay there.
 */
export const pythonJudge = String.raw`
def make_judge(exchange):
    import builtins, random

    def ask(*request):
        reply = json.loads(exchange(json.dumps(request)))
        if 'error' in reply:
            name, message = reply['error']
            kind = getattr(builtins, name, None)
            known = isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UnicodeError)
            raise (kind if known else RuntimeError)(message)
        return decode(reply['value'])

    class Remote:
        __slots__ = ('_tree',)
        def __init__(self, tree):
            object.__setattr__(self, '_tree', tree)
        def __call__(self, *arguments, **keywords):
            return ask('call', self._tree, [encode(each) for each in arguments],
                       {key: encode(each) for key, each in keywords.items()})
        def __getattr__(self, name):
            if name.startswith('__'):
                raise AttributeError(name)
            return ask('read', self._tree, name)
        def __setattr__(self, name, value):
            ask('write', self._tree, name, encode(value))
        def __iter__(self):
            return iter(ask('items', self._tree))
        def __len__(self):
            return ask('length', self._tree)
        def __getitem__(self, key):
            return ask('item', self._tree, encode(key))
        def __str__(self):
            return ask('text', self._tree)
        def __bool__(self):
            return True

    known = {}

    def from_handle(kind, content):
        if kind != 'h' or not isinstance(content, int):
            raise ValueError('no handle')
        return known.setdefault(content, Remote(['h', content]))

    class Outgoing(Exception):
        pass

    data_encode, decode = make_codec(lambda value: 0, from_handle)

    def encode(value):
        return value._tree if type(value) is Remote else encode_parts(value)

    def encode_parts(value):
        def to_handle(part):
            if type(part) is not Remote:
                raise Outgoing('tests can hand over plain data only')
            return part._tree[1]
        return make_codec(to_handle, from_handle)[0](value)

    def judge(request):
        setup, entry_points, tests = json.loads(request)
        known.clear()
        random.seed(0)
        names = {'__name__': '__tests__'}
        try:
            exec(compile(setup, '<setup>', 'exec', dont_inherit=True), names)
            for name in entry_points:
                names[name] = Remote(['g', name])
            exec(compile(tests, '<tests>', 'exec', dont_inherit=True), names)
            return json.dumps(['passed', ''])
        except BaseException as error:
            return json.dumps(['failed', (type(error).__name__ + ': ' + str(error))[:300]])
    return judge

make_judge
`;

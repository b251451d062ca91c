/**
 * The driver of the interpreter that holds the program. It answers one operation at a time, as JSON; all that leaves it
 * is data, whatever the program does to this code.
 */
export const pythonProgram = String.raw`
def make_drive():
    import sys, types
    handles = []
    module = types.ModuleType('__program__')
    sys.modules['__program__'] = module
    names = module.__dict__

    def to_handle(value):
        for number, known in enumerate(handles):
            if known is value:
                return number
        if len(handles) >= 10_000:
            raise ValueError('too many objects')
        handles.append(value)
        return len(handles) - 1

    def from_handle(kind, content):
        return names[content] if kind == 'g' else handles[content]

    encode, decode = make_codec(to_handle, from_handle)

    def load(source):
        exec(compile(source, '<program>', 'exec', dont_inherit=True), names)

    def call(target, arguments, keywords):
        return decode(target)(*[decode(each) for each in arguments], **{key: decode(each) for key, each in keywords.items()})

    def write(target, name, value):
        setattr(decode(target), name, decode(value))

    operations = {
        'load': load,
        'call': call,
        'read': lambda target, name: getattr(decode(target), name),
        'write': write,
        'items': lambda target: list(itertools.islice(iter(decode(target)), 100_000)),
        'length': lambda target: len(decode(target)),
        'item': lambda target, key: decode(target)[decode(key)],
        'text': lambda target: str(decode(target)),
    }

    def drive(request):
        try:
            name, *arguments = json.loads(request)
            return json.dumps({'value': encode(operations[name](*arguments))})
        except BaseException as error:
            try:
                return json.dumps({'error': [type(error).__name__[:100], str(error)[:300]]})
            except BaseException:
                return '{"error": ["Exception", ""]}'
    return drive

make_drive()
`;

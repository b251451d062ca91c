/**
 * Python that both interpreters run at start: plain data to and from JSON that keeps exact types. Subclasses are read as
 * the builtin type they extend, with that type's own methods, so that nothing a program overloads is consulted.
 */
export const pythonData = String.raw`
import json, collections, itertools

def make_codec(to_handle, from_handle):
    most_nodes, deepest, longest_int = 200_000, 150, 100_000
    builtin = (bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, collections.deque, range)
    Type, Mro = type, type.__dict__['__mro__'].__get__

    def base_of(value):
        mro = Mro(Type(value))
        for base in builtin:
            if base in mro:
                return base
        return None

    def encode(value):
        left = [most_nodes]
        def walk(value, depth):
            left[0] -= 1
            if left[0] < 0 or depth > deepest:
                raise ValueError('the value is too large')
            if value is None:
                return None
            base = base_of(value)
            if base is bool:
                return value is True
            if base is int:
                if int.bit_length(value) > longest_int:
                    raise ValueError('the value is too large')
                return ['i', int.__format__(value, 'x')]
            if base is float:
                return ['f', float.hex(value)]
            if base is complex:
                return ['c', float.hex(complex.real.__get__(value)), float.hex(complex.imag.__get__(value))]
            if base is str:
                return ['s', str.__getitem__(value, slice(None))]
            if base is bytes or base is bytearray:
                return ['b' if base is bytes else 'B', base.hex(value)]
            if base is dict:
                return ['d', [[walk(k, depth + 1), walk(v, depth + 1)] for k, v in dict.items(value)]]
            if base is range:
                return ['r', [walk(each, depth + 1) for each in (value.start, value.stop, value.step)]]
            if base is None:
                for kind in builtin:
                    if kind is value:
                        return ['k', kind.__name__]
                return ['h', to_handle(value)]
            return [kinds[base], [walk(each, depth + 1) for each in base.__iter__(value)]]
        return walk(value, 0)

    types = {each.__name__: each for each in builtin}
    kinds = {list: 'l', tuple: 't', set: 'S', frozenset: 'F', collections.deque: 'q'}
    makers = {'l': list, 't': tuple, 'S': set, 'F': frozenset, 'q': collections.deque, 'r': lambda each: range(*each)}

    def decode(tree):
        if tree is None or tree is True or tree is False:
            return tree
        kind, content = tree[0], tree[1]
        if kind == 'i':
            return int(content, 16)
        if kind == 'f':
            return float.fromhex(content)
        if kind == 'n':
            return float(content)
        if kind == 'c':
            return complex(float.fromhex(content), float.fromhex(tree[2]))
        if kind == 's':
            return str(content)
        if kind == 'b' or kind == 'B':
            return (bytes if kind == 'b' else bytearray).fromhex(content)
        if kind == 'd':
            return {decode(key): decode(value) for key, value in content}
        if kind == 'k':
            return types[content]
        if kind == 'h' or kind == 'g':
            return from_handle(kind, content)
        return makers[kind]([decode(each) for each in content])

    return encode, decode
`;

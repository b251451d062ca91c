/** Rows in the upstream formats, written for the tests. */
export const humanEvalRows = [
  {
    task_id: 'Own/0',
    prompt: 'from typing import List\n\n\ndef total(numbers: List[int]) -> int:\n    """ Add up the numbers. """\n',
    entry_point: 'total',
    canonical_solution: '    return sum(numbers)\n',
    test: '\n\ndef check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n',
  },
  {
    task_id: 'Own/1',
    prompt:
      'def double(text: str) -> str:\n    """ Twice the text. """\n    return text + text\n\n\ndef half(text: str) -> str:\n    """ Undo double. """\n',
    entry_point: 'half',
    canonical_solution: '    return text[:len(text) // 2]\n',
    test: 'def check(candidate):\n    for text in ["", "ab", "xyz"]:\n        assert candidate(double(text)) == text\n    assert abs(len(half("abab")) - 2) < 1e-6\n',
  },
  {
    task_id: 'Own/2',
    prompt: 'def halves(n: int):\n    """ n / 2, and what is left over. """\n',
    entry_point: 'halves',
    canonical_solution: '    return n // 2, n % 2\n',
    test: 'def check(candidate):\n    assert candidate(5) == (2, 1), "five"\n    assert candidate(4) == (2, 0)\n',
  },
];

export const mbppRows = [
  {
    text: 'Write a function to find the values that two tuples share.',
    code: 'def shared(left, right):\r\n  return tuple(sorted(set(left) & set(right)))',
    task_id: 1,
    test_setup_code: '',
    test_list: ['assert shared((3, 4, 5), (5, 4)) == (4, 5)', 'assert set(shared((1, 2), (2, 3))) == set((2,))'],
    challenge_test_list: ['assert shared((), (1,)) == ()'],
  },
  {
    text: 'Write a function to count the nodes of a tree.',
    code: 'class Node: \r\n  def __init__(self, value): \r\n    self.value = value\r\n    self.left = None\r\ndef count(root): \r\n  return 0 if root is None else 1 + count(root.left)',
    task_id: 2,
    test_setup_code: 'root = Node(1) \r\nroot.left = Node(2) \r\nroot.left.left = Node(3)',
    test_list: ['assert count(root) == 3', 'assert count(root.left) == 2'],
    challenge_test_list: [],
  },
  {
    prompt: 'Write a function that gives the area of a circle.',
    code: 'import math\ndef area(r):\n  return math.pi * r * r',
    task_id: 3,
    test_imports: ['import math'],
    test_list: ['assert math.isclose(area(1), 3.14159, rel_tol=0.001)'],
  },
];

export const codeInstructionRows = [
  { instruction: 'Print hello.', input: '', output: 'print("hello")' },
  {
    instruction: 'Write a function that squares a number.',
    input: 'n',
    output: 'def square(n):\n    return n * n',
    tests: ['assert square(3) == 9', 'assert square(-2) == 4'],
  },
  { instruction: 'Select all users.', output: '```sql\nSELECT *\nFROM users;\n```' },
];

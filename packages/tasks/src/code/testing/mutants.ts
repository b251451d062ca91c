import { sharedCodePool } from '@rsim/verifiers';

/** A wrong version of a program, most of the time: a change may also make no difference. */
export interface Mutant {
  /** What was changed, and where. */
  readonly change: string;
  readonly program: string;
}

/** Python that lists the mutants of a program: one change each, to a constant, an operator or a returned value. */
const mutator = String.raw`
import ast, copy

flips = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Mult,
         ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
         ast.And: ast.Or, ast.Or: ast.And, ast.In: ast.NotIn, ast.NotIn: ast.In}

def change(node):
    if isinstance(node, ast.Constant):
        if node.value is True or node.value is False:
            node.value = not node.value
        elif isinstance(node.value, (int, float)):
            node.value = node.value + 1
        elif isinstance(node.value, str):
            node.value = node.value + 'x'
        else:
            return None
        return 'constant'
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in flips:
        node.op = flips[type(node.op)]()
        return 'operator'
    if isinstance(node, ast.Compare) and type(node.ops[0]) in flips:
        node.ops[0] = flips[type(node.ops[0])]()
        return 'comparison'
    if isinstance(node, ast.Return) and node.value is not None:
        node.value = ast.Constant(None)
        return 'return'
    return None

def targets(tree):
    skipped = set()
    for node in ast.walk(tree):
        body = getattr(node, 'body', None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            skipped.update(id(each) for each in ast.walk(body[0]))
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(each) for each in ast.walk(node))
    return [node for node in ast.walk(tree) if id(node) not in skipped]

def mutants(source, most):
    tree = ast.parse(source)
    found = []
    for index in range(len(targets(tree))):
        other = copy.deepcopy(tree)
        node = targets(other)[index]
        kind = change(node)
        if kind is not None:
            found.append([kind + ' in line ' + str(node.lineno), ast.unparse(ast.fix_missing_locations(other))])
    return [found[len(found) * n // min(most, len(found))] for n in range(min(most, len(found)))]
`;

/** Up to `most` mutants of a Python program, spread over it. */
export async function mutantsOf(program: string, most: number): Promise<Mutant[]> {
  const request = { language: 'python', program: mutator, entryPoint: 'mutants', seconds: 20 } as const;
  const outcome = await sharedCodePool().runCalls({ ...request, calls: [[program, most]] });
  const [result] = outcome.status === 'done' ? outcome.values : [];
  if (result === undefined || 'error' in result) throw new Error(`no mutants: ${JSON.stringify(outcome)}`);
  return (result.value as [string, string][]).map(([change, mutated]) => ({ change, program: mutated }));
}

import type { Condition, Expression, Program, Statement } from './program.js';

export type Language = 'python' | 'javascript';

/** The program in a language that a follower knows. Both texts print the same. */
export function render(program: Program, language: Language): string {
  const printed = program.printed.join(', ');
  if (language === 'python') return [...python(program.statements), `print(${printed})`].join('\n');
  return [...javascript(program.statements, new Set()), `console.log(${printed});`].join('\n');
}

function python(block: readonly Statement[]): string[] {
  return block.flatMap((statement) => {
    if (statement.kind === 'assign') return [`${statement.name} = ${expression(statement.value, 'python')}`];
    if (statement.kind === 'for') {
      const { name, from, below, body } = statement;
      return [`for ${name} in range(${from}, ${below}):`, ...indented(python(body))];
    }
    const otherwise = python(statement.otherwise);
    return [
      `if ${condition(statement.condition, 'python')}:`,
      ...indented(python(statement.then)),
      ...(otherwise.length > 0 ? ['else:', ...indented(otherwise)] : []),
    ];
  });
}

/** @param known variables that are declared already. */
function javascript(block: readonly Statement[], known: Set<string>): string[] {
  return block.flatMap((statement) => {
    if (statement.kind === 'assign') {
      const declaration = known.has(statement.name) ? '' : 'let ';
      known.add(statement.name);
      return [`${declaration}${statement.name} = ${expression(statement.value, 'javascript')};`];
    }
    if (statement.kind === 'for') {
      const { name, from, below, body } = statement;
      return [
        `for (let ${name} = ${from}; ${name} < ${below}; ${name}++) {`,
        ...indented(javascript(body, known)),
        '}',
      ];
    }
    const otherwise = javascript(statement.otherwise, known);
    return [
      `if (${condition(statement.condition, 'javascript')}) {`,
      ...indented(javascript(statement.then, known)),
      ...(otherwise.length > 0 ? ['} else {', ...indented(otherwise)] : []),
      '}',
    ];
  });
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

function condition({ left, comparison, right }: Condition, language: Language): string {
  const sign = language === 'javascript' && comparison === '==' ? '===' : comparison;
  return `${expression(left, language)} ${sign} ${expression(right, language)}`;
}

function expression(of: Expression, language: Language): string {
  if (of.kind === 'number') return String(of.value);
  if (of.kind === 'variable') return of.name;
  const side = (part: Expression) =>
    part.kind === 'binary' ? `(${expression(part, language)})` : expression(part, language);
  if (of.sign === '//' && language === 'javascript') return `Math.floor(${side(of.left)} / ${side(of.right)})`;
  return `${side(of.left)} ${of.sign} ${side(of.right)}`;
}

// Proves that the boundary lint is awake: a file in core that imports the planner must be refused.
import { ESLint } from 'eslint';

const [result] = await new ESLint().lintText("import '@rsim/planner';\n", {
  filePath: 'packages/core/src/boundary-probe.ts',
});
const refused = result.messages.some((message) => message.ruleId === '@nx/enforce-module-boundaries');
if (!refused) {
  console.error('An import of @rsim/planner from @rsim/core was not refused by @nx/enforce-module-boundaries.');
  process.exitCode = 1;
}

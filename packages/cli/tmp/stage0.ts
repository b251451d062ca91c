import { defaultStrategies, runEpisodes, take, type TaskSuite } from '@rsim/core';
import { wordProblems, listPrograms, tableQuestions } from '@rsim/tasks';
import { ProgramIndex, ScriptedFollower, judgeStep } from '@rsim/microworld';
import { GruPlanner, trainPlanner } from '@rsim/planner';
import * as P from '@rsim/planner';
import { defaultRewards, compositeReward } from '@rsim/rewards';
const [iters, ent, anneal, lr, seedS, hidden, out] = process.argv.slice(2);
const index = new ProgramIndex();
const follower = new ScriptedFollower(index);
const suites = [wordProblems(), listPrograms(), tableQuestions()].map((s) => ({ suite: index.watch(s) as TaskSuite }));
const rewards = defaultRewards();
const planner = new GruPlanner(defaultStrategies, +seedS, { hidden: +hidden });
const t0 = Date.now();
let hist: any[] = [];
const r = await trainPlanner({
  stage: 'stage0',
  planner,
  follower,
  suites,
  strategySet: defaultStrategies,
  rewards,
  leaderReward: (e: any) => compositeReward(e, rewards, 'leader'),
  seed: +seedS,
  settings: {
    iterations: +iters,
    problemsPerIteration: 32,
    group: 8,
    temperature: 0.7,
    learningRate: +lr,
    entropy: +ent,
    annealFrom: +anneal,
    annealFraction: 0.5,
  },
  onIteration(rec: any, eps) {
    hist.push(rec);
    if (rec.iteration % 20 == 0) {
      const z = hist.slice(-20);
      const m = (f: any) => z.reduce((a, x) => a + f(x), 0) / z.length;
      const use: any = {};
      for (const e of eps) for (const s of e.steps) use[s.strategy!] = (use[s.strategy!] ?? 0) + 1;
      console.log(
        rec.iteration,
        'acc',
        m((x: any) => x.accuracy).toFixed(3),
        'ep s',
        m((x: any) => x.seconds.episodes).toFixed(2),
        'up s',
        m((x: any) => x.seconds.update).toFixed(2),
        't',
        ((Date.now() - t0) / 1000).toFixed(0),
        JSON.stringify(rec.update).slice(0, 160),
        Object.entries(use)
          .map(([k, v]: any) => k.slice(0, 5) + ':' + (v / eps.length).toFixed(2))
          .join(' '),
      );
    }
  },
} as any);
for (const { suite } of suites) {
  const ps = take(suite.problems({ split: 'validation', seed: 1 }), 300).map((problem) => ({ problem, suite }));
  const E = await runEpisodes({
    problems: ps,
    samples: 1,
    follower,
    planner,
    strategySet: defaultStrategies,
    rewards: [],
    temperature: 0.7,
    greedy: true,
    seed: 1,
  });
  let w = [0, 0],
    g = [0, 0];
  for (const e of E) {
    const pr = (ps.find((p) => p.problem.key == e.problem.key)!.problem as any).data;
    e.steps.forEach((s, i) => {
      const j = s.strategy == 'continuation' || s.strategy == 'deep-thinking' ? judgeStep(pr, e.steps, i) : null;
      const nx = e.steps[i + 1]?.strategy;
      if (j && nx) {
        const a = j == 'wrong' ? w : g;
        a[1]++;
        a[0] += +(nx == 'validation');
      }
    });
  }
  console.log(
    suite.name,
    E.filter((e) => e.verdict?.status == 'correct').length / E.length,
    'P(val|wrong)',
    (w[0] / w[1]).toFixed(2),
    w[1],
    'P(val|right)',
    (g[0] / g[1]).toFixed(2),
    g[1],
  );
  for (const e of E.slice(0, 2))
    console.log(
      e.problem.question + '\n' + e.steps.map((s) => '  ' + s.strategy + '|' + s.text).join('\n'),
      e.verdict?.status,
    );
}
if (out) await planner.save(out);

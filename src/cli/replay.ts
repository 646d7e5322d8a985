import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRepository } from '../adapters/git/index.ts';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import { AppError, type Report } from '../domain/index.ts';
import { analyse } from '../engine/analyse.ts';
import { compilePolicy } from '../engine/policy.ts';
import { changeOf } from './change.ts';
import { EXIT } from './exit.ts';
import { type CaseScore, type ReplayCase, scoreCase, type Totals, totalsOf } from './replay-score.ts';
import { Progress, print, printError } from './terminal.ts';

/** What `plinth replay` was asked for; the names are those of its options. */
export interface ReplayOptions {
  readonly mirrors: string;
  readonly literal?: boolean;
  readonly only?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `plinth replay`: judges every labelled change under kep-1729 and scores the answers. */
export async function replay(file: string, options: ReplayOptions): Promise<void> {
  const cases = select(await readCases(file), options);
  const progress = new Progress();
  const scores: CaseScore[] = [];
  const failures: { id: string; error: unknown }[] = [];
  for (const [index, one] of cases.entries()) {
    progress.say(`${index + 1}/${cases.length} ${one.id}`);
    try {
      scores.push(scoreCase(one, await judgeCase(one, options.mirrors)));
    } catch (error) {
      failures.push({ id: one.id, error });
    }
  }
  progress.done();
  for (const { id, error } of failures) {
    process.stderr.write(`${id}: `);
    printError(error);
  }
  await print(
    options.json === true
      ? `${JSON.stringify({ totals: totalsOf(scores), scores, failures: failures.map(({ id }) => id) }, null, 2)}\n`
      : table(scores, options.verbose === true),
  );
  process.exitCode = failures.length > 0 ? EXIT.inconclusive : EXIT.fine;
}

async function readCases(file: string): Promise<readonly ReplayCase[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('cases-unread', `the case file ${file} could not be read`, { cause });
  });
  const data: unknown = JSON.parse(text);
  if (!Array.isArray(data)) throw new AppError('cases-invalid', `${file} holds no list of cases`);
  return data as readonly ReplayCase[];
}

function select(cases: readonly ReplayCase[], { literal, only }: ReplayOptions): readonly ReplayCase[] {
  const ids = only?.split(',');
  return cases.filter(
    (one) => (literal !== true || one.literal) && (ids === undefined || ids.includes(one.id)),
  );
}

async function judgeCase(one: ReplayCase, mirrors: string): Promise<Report> {
  const gitDir = join(mirrors, (one.fetchFrom ?? one.repo).replace('/', '+'), 'repo');
  const repository = await openRepository({ gitDir });
  try {
    const { headTree: _, ...change } = await changeOf(repository, { base: one.base, head: one.head });
    const policies = [{ tier: 'operator', from: 'kep-1729', text: 'extends: kep-1729\n' }] as const;
    const compiled = compilePolicy(policies, shippedPolicies());
    if ('problems' in compiled)
      throw new AppError('policy-invalid', compiled.problems.map((problem) => problem.message).join('; '));
    const judgement = { ...change, policies, enforcement: 'enforce', date: '2000-01-01' } as const;
    return await analyse(judgement, compiled.policy, {
      blobs: repository.blobs,
      cache: null,
      clock: () => performance.now(),
    });
  } finally {
    repository.close();
  }
}

function table(scores: readonly CaseScore[], verbose: boolean): string {
  const lines = scores.flatMap((score) => lineOf(score, verbose));
  const groups: [string, readonly CaseScore[]][] = [
    ['literal', scores.filter((score) => score.literal)],
    ['all', scores],
  ];
  return [...lines, '', ...groups.map(([name, list]) => totalLine(name, totalsOf(list)))]
    .join('\n')
    .concat('\n');
}

function lineOf(score: CaseScore, verbose: boolean): string[] {
  const problems = [
    ...score.missed.map((text) => `missed ${text}`),
    ...score.surplus.map((text) => `surplus ${text}`),
    ...(score.introducedVerdict.right
      ? []
      : [`verdict ${score.introducedVerdict.got}, wanted ${score.introducedVerdict.wanted}`]),
    ...(score.touchedVerdict.right
      ? []
      : [`touched ${score.touchedVerdict.got}, wanted ${score.touchedVerdict.wanted}`]),
    ...score.bases.wrong,
    ...(score.falseGreen ? ['FALSE GREEN'] : []),
  ];
  if (problems.length === 0) return [`ok    ${score.id}`];
  return verbose
    ? [`wrong ${score.id}`, ...problems.map((problem) => `        ${problem}`)]
    : [`wrong ${score.id}: ${problems.length} (${problems[0]})`];
}

function totalLine(name: string, totals: Totals): string {
  const share = (value: number) => value.toFixed(3);
  return `${name}: ${totals.cases} cases · recall ${share(totals.recall)} · precision ${share(totals.precision)} · verdicts ${share(totals.introducedVerdicts)} introduced, ${share(totals.touchedVerdicts)} touched · bases ${share(totals.exactBases)} of ${totals.images} exact · ${totals.falseGreens} false greens (${totals.found} found, ${totals.missed} missed, ${totals.surplus} surplus)`;
}

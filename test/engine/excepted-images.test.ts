import { describe, expect, it } from '@jest/globals';
import type { RuleId } from '../../src/domain/index.ts';
import { listExceptedImages } from '../../src/engine/excepted-images.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { judgeTree, MemoryBlobs, SHIPPED, treeOf } from '../support/mini-repository.ts';

const PATH = '.github/plinth-exceptions.yml';

/** The entries of the one base of an image, as the list of images has it and as the judgement has it. */
async function bothOf(from: string, rule: RuleId, base: string, bases: string) {
  const policies = [{ tier: 'repository', from: 'policy', text: `extends: kep-1729\n${bases}` }] as const;
  const compiled = compilePolicy(policies, SHIPPED);
  if ('problems' in compiled) throw new Error('the policy has problems');
  const { policy } = compiled;
  const text = `exceptions:\n- { id: a, path: Dockerfile, rule: ${rule}, base: "${base}", reason: other, expires: 2027-06-30 }\n`;
  const files = { Dockerfile: `FROM ${from}\nCOPY a /a\n`, [PATH]: text };
  const read = policy.exceptionsOf({ from: PATH, text });
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join());
  const blobs = new MemoryBlobs();
  const request = { tree: treeOf(files, blobs), commit: null, entries: read.entries };
  const { exceptions } = await listExceptedImages(request, policy, { blobs, cache: null, clock: () => 0 });
  const report = await judgeTree(files, { policies });
  return {
    listed: [...exceptions.values()].map(({ id }) => id),
    judged: report.findings.flatMap((one) => (one.rule === rule ? [one.exception] : [])),
  };
}

describe('a base is listed with the entry that covers it in a judgement, where it', () => {
  it.each<[what: string, from: string, rule: RuleId, base: string, bases?: string]>([
    [
      'needs an exception',
      'registry.k8s.io/build-image/debian-base:v1',
      'base-needs-exception',
      'debian-base',
    ],
    ['is not allowed', 'debian:12', 'base-not-allowed', 'debian'],
    ['is scratch, which is not allowed', 'scratch', 'base-scratch', 'scratch'],
    [
      'is scratch, which needs an exception',
      'scratch',
      'base-needs-exception',
      'scratch',
      'bases: { exception: [scratch] }\n',
    ],
  ])('%s', async (_, from, rule, base, bases = '') => {
    expect(await bothOf(from, rule, base, bases)).toEqual({ listed: ['a'], judged: ['a'] });
  });
});

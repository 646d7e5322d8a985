import { expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

async function fixOf(files: Readonly<Record<string, string>>) {
  const { findings } = await judgeChange({}, files);
  return findings.find(({ rule }) => rule === 'shell-entrypoint')?.fix?.edits.map(({ newText }) => newText);
}

const START = 'FROM gcr.io/distroless/static\nCOPY start /start\n';

it('a program in shell form is offered in exec form', async () => {
  expect(await fixOf({ Dockerfile: `${START}ENTRYPOINT /start --port=80\n` })).toEqual([
    'ENTRYPOINT ["/start", "--port=80"]',
  ]);
});

it.each([
  ['a script of the tree', { Dockerfile: `${START}ENTRYPOINT /start\n`, start: '#!/bin/sh\nexec /server\n' }],
  ['what is called like a script', { Dockerfile: `${START}ENTRYPOINT /start.sh\n` }],
])('%s is not: it would need the shell all the same', async (_, files) => {
  expect(await fixOf(files)).toBeUndefined();
});

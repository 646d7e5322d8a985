import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

const DOCKERFILE = 'FROM gcr.io/distroless/static\nCOPY app /app\nENTRYPOINT ["/app"]\n';

async function outcome(command: string) {
  const script = `again() {\n  again\n  ${command}\n}\nagain\n`;
  const { verdict, unread } = await judgeChange(
    { Dockerfile: DOCKERFILE, 'tool.sh': script },
    { Dockerfile: `${DOCKERFILE}USER 65532\n`, 'tool.sh': script },
  );
  return { outcome: verdict.outcome, counts: unread.map((file) => file.counts) };
}

/** SEM-5.2: what was not followed counts for the images that may rest on it. */
describe('a script that was not followed to its end', () => {
  it.each([
    ['builds', 'docker build -t registry.k8s.io/app:1 "$1"'],
    ['starts a make', 'run make image BASE="$1"'],
    ['hands words to another script', './build.sh debian:12'],
  ])('may hide a base where it %s', async (_, command) => {
    const docker = 'docker push registry.k8s.io/app:1';
    expect(await outcome(`${command}\n  ${docker}`)).toEqual({ outcome: 'inconclusive', counts: [true] });
  });

  it.each([
    ['publishes', 'docker push registry.k8s.io/app:1'],
    ['loads and names', 'docker load -i app.tar && docker tag app registry.k8s.io/app:1'],
  ])('hides no base where it only %s images', async (_, command) => {
    expect(await outcome(command)).toEqual({ outcome: 'pass', counts: [false] });
  });
});

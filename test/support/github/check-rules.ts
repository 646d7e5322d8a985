// What GitHub refuses in a check run although its description of the operation lets it through.
import { unprocessable } from './http.ts';
import type { Annotation, CheckAction } from './state.ts';

export interface CheckRunBody {
  readonly name?: string;
  readonly head_sha?: string;
  readonly details_url?: string;
  readonly external_id?: string;
  readonly status?: 'queued' | 'in_progress' | 'completed';
  readonly started_at?: string;
  readonly conclusion?: string;
  readonly completed_at?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
  readonly actions?: readonly CheckAction[];
}

const ANNOTATIONS_A_REQUEST = 50;
const TEXT_CHARACTERS = 65_535;
const TITLE_CHARACTERS = 255;
const MESSAGE_BYTES = 64 * 1024;

/** Throws GitHub's 422 with every problem of the body. */
export function assertCheckRun(body: CheckRunBody): void {
  const problems = [...ofStatus(body), ...ofOutput(body), ...ofActions(body.actions ?? [])];
  if (problems.length > 0) throw unprocessable(`Invalid request.\n\n${problems.join('\n')}`, problems);
}

function* ofStatus(body: CheckRunBody): Iterable<string> {
  const completed = body.status === 'completed' || body.completed_at !== undefined;
  if (completed && body.conclusion === undefined)
    yield '"conclusion" is required where "status" is "completed" or "completed_at" is given.';
  if (body.conclusion === 'stale') yield '"conclusion" can be set to "stale" by GitHub only.';
}

function* ofOutput({ output }: CheckRunBody): Iterable<string> {
  if (output === undefined) return;
  if (output.title === undefined || output.title === '') yield '"output.title" is required.';
  for (const field of ['summary', 'text'] as const) {
    if ([...(output[field] ?? '')].length > TEXT_CHARACTERS)
      yield `"output.${field}" exceeds a maximum of ${TEXT_CHARACTERS} characters.`;
  }
  const annotations = output.annotations ?? [];
  if (annotations.length > ANNOTATIONS_A_REQUEST)
    yield `No more than ${ANNOTATIONS_A_REQUEST} annotations per request are allowed.`;
  for (const [at, annotation] of annotations.entries()) {
    for (const problem of ofAnnotation(annotation)) yield `annotations[${at}]: ${problem}`;
  }
}

function* ofAnnotation(annotation: Annotation): Iterable<string> {
  const { path, start_line: start, end_line: end } = annotation;
  if (path === '' || path.startsWith('/')) yield '"path" must be a path inside the repository.';
  if (start < 1) yield '"start_line" counts from 1.';
  if (end < start) yield '"end_line" must not be before "start_line".';
  const columns = [annotation.start_column, annotation.end_column].filter((each) => each !== undefined);
  if (columns.length > 0 && start !== end) yield 'columns are allowed on a single line only.';
  if (columns.some((column) => column < 1)) yield 'columns count from 1.';
  const { start_column: from, end_column: to } = annotation;
  if (from !== undefined && to !== undefined && to < from)
    yield '"end_column" must not be before "start_column".';
  if (annotation.message === '') yield '"message" is required.';
  if (Buffer.byteLength(annotation.message) > MESSAGE_BYTES) yield '"message" exceeds 64 KB.';
  if (Buffer.byteLength(annotation.raw_details ?? '') > MESSAGE_BYTES) yield '"raw_details" exceeds 64 KB.';
  if ([...(annotation.title ?? '')].length > TITLE_CHARACTERS) yield '"title" exceeds 255 characters.';
}

function* ofActions(actions: readonly CheckAction[]): Iterable<string> {
  if (actions.length > 3) yield 'No more than 3 actions are allowed.';
  for (const action of actions) {
    for (const [field, limit] of [
      ['label', 20],
      ['description', 40],
      ['identifier', 20],
    ] as const) {
      if ([...action[field]].length > limit) yield `an action's "${field}" exceeds ${limit} characters.`;
      if (action[field] === '') yield `an action's "${field}" is required.`;
    }
  }
}

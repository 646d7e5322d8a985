import type { Report, Tree } from '../domain/index.ts';
import { textWidth } from '../domain/text-width.ts';
import type { BlobSource } from '../engine/ports.ts';
import { textOf } from '../engine/text.ts';
import type { TextGiven } from '../present/terminal.ts';
import { RULE_METADATA } from '../rules/index.ts';
import { wantsColor } from './terminal.ts';

/** What `--format` takes. */
export type OutputFormat = 'text' | 'json' | 'sarif' | 'markdown';

/** What the text output needs beside the report: where source lines are read, and how what was judged is called. */
export interface OutputSources extends Pick<TextGiven, 'judged' | 'proposedBase'> {
  readonly headTree: Tree;
  readonly tipTree: Tree | null;
  readonly blobs: BlobSource;
}

const WIDTH_OF_A_PIPE = 100;
const WIDEST = 140;

/** The report in words or as data, in the form that was asked for. */
export async function renderReport(
  report: Report,
  format: OutputFormat,
  sources: OutputSources,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../present/json.ts')).renderJson(report);
    case 'sarif':
      return (await import('../present/sarif.ts')).renderSarif(report, { rules: RULE_METADATA });
    case 'markdown':
      return (await import('../present/markdown.ts')).renderMarkdown(report, { rules: RULE_METADATA });
    case 'text': {
      const { renderText } = await import('../present/terminal.ts');
      const texts = await textsShown(report, sources);
      return renderText(report, {
        sources: (path, side) => texts.get(`${side}:${path}`),
        rules: RULE_METADATA,
        color: wantsColor(process.stdout),
        width: textWidth(process.stdout.columns, { pipe: WIDTH_OF_A_PIPE, widest: WIDEST }),
        moreOf: (rule) => `plinth explain ${rule}`,
        ...(sources.judged === undefined ? {} : { judged: sources.judged }),
        ...(sources.proposedBase === undefined ? {} : { proposedBase: sources.proposedBase }),
      });
    }
    default:
      return format satisfies never;
  }
}

/** The texts of every file that the report points at, by `side:path`. */
async function textsShown(
  report: Report,
  { headTree, tipTree, blobs }: OutputSources,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<string, string>();
  for (const finding of report.findings) {
    if (finding.state === 'existing' && report.tip !== null) continue;
    const side = finding.state === 'fixed' ? 'tip' : 'head';
    const tree = side === 'tip' ? tipTree : headTree;
    for (const { path } of [
      finding,
      ...(finding.related ?? []),
      ...(finding.cause === undefined ? [] : [finding.cause]),
    ]) {
      const entry = tree?.get(path);
      if (entry !== undefined) wanted.set(`${side}:${path}`, entry.id);
    }
  }
  const contents = await blobs.read([...new Set(wanted.values())]);
  const texts = new Map<string, string>();
  for (const [key, id] of wanted) {
    const blob = textOf(contents.get(id));
    if ('text' in blob) texts.set(key, blob.text);
  }
  return texts;
}

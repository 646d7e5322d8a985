import type { CheckAnnotation, NonEmpty, Report, ReportBase, ReportImage } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { annotationsOf } from './annotations.ts';
import { bytesIn, clip, clipBytes } from './clip.ts';
import { type Conclusion, conclusionOf } from './conclusion.ts';
import { code } from './escape.ts';
import type { Links } from './links.ts';
import { redact } from './redact.ts';
import { renderSummary, type SummaryGiven } from './summary.ts';
import { visible } from './visible.ts';
import { verdictTitle } from './words.ts';
import { worstOf } from './worst-of.ts';

/** A button of a check run: label 20, description 40, identifier 20 characters at most. */
export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: 'recheck';
}

/** What a check run needs beside its report. */
export interface CheckRunGiven extends SummaryGiven {
  readonly links: Links;
  readonly commandsHelp: string;
  /** Reports of other open pull requests with the same head (SEMANTICS 6.1). */
  readonly others?: readonly Report[];
}

/** A completed check run in words; the caller sends annotations in batches of 50. */
export interface CheckRunOutput {
  readonly title: string;
  readonly conclusion: Conclusion;
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly CheckAnnotation[];
  readonly actions: readonly CheckAction[];
}

/** GitHub's limit for summary and text. */
const MOST_BYTES = 65_535;
const LONGEST_TITLE = 255;

/** What GitHub shows on a head commit for its reports (DESIGN.md 6, SEMANTICS 5.4). */
export function renderCheckRun(report: Report, given: CheckRunGiven): CheckRunOutput {
  const reports = worstOf([report, ...(given.others ?? [])]);
  const [worst] = reports;
  const { annotations, omitted } = annotationsOf(reports, given);
  const notAnnotated =
    omitted === 0
      ? ''
      : `\n\n${counted(omitted, 'finding')} without an annotation: at most 100 are shown, and no notes of vendored files.`;
  const text = imagesText(reports);
  return {
    title: clip(visible(redact(verdictTitle(worst))), LONGEST_TITLE),
    conclusion: conclusionOf(worst),
    summary: renderSummary(reports, given, MOST_BYTES - bytesIn(notAnnotated)) + notAnnotated,
    ...(text === '' ? {} : { text }),
    annotations,
    actions: ACTIONS,
  };
}

/** The button that has a head judged again. */
export const RECHECK: CheckAction = {
  label: 'Re-check',
  description: 'Judge this commit again',
  identifier: 'recheck',
};
/** Another button comes with the command behind it. */
const ACTIONS: readonly CheckAction[] = [RECHECK];

// ---- the images of the change --------------------------------------------------------------------------

const MOST_IMAGES = 200;

/** Each image that the change touches, with its bases before and after. */
function imagesText(reports: NonEmpty<Report>): string {
  const lines = new Set(reports.flatMap((report) => report.images.map(imageLine)));
  if (lines.size === 0) return '';
  const shown = [...lines].slice(0, MOST_IMAGES);
  const rest = lines.size > shown.length ? [`- and ${lines.size - shown.length} more`] : [];
  const text = ['### Images that this change touches', ...shown, ...rest].join('\n');
  return clipBytes(text, MOST_BYTES, '\n\n*Cut here: the list is larger than GitHub takes.*');
}

function imageLine(image: ReportImage): string {
  const name = image.name === null ? '' : ` (${code(image.name)})`;
  const before = image.before === undefined ? '' : basesInWords(image.before);
  const after = basesInWords(image.bases);
  const bases = before === '' || before === after ? after : `${before} → ${after}`;
  return `- ${code(image.path)}${name}, ${image.change}: ${bases}`;
}

function basesInWords(bases: readonly ReportBase[]): string {
  const words = [...new Set(bases.map((base) => `${code(base.reference)} (${base.standing})`))];
  const rest = words.length > 4 ? ` and ${words.length - 4} more` : '';
  return words.length === 0 ? 'none' : words.slice(0, 4).join(', ') + rest;
}

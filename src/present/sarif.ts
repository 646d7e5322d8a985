// SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/: only the members that say something here.
import type { Fix, Level, Report, ReportFinding, ReportLocation, RuleId, RuleMeta } from '../domain/index.ts';
import { compareText, decidingOutcome } from '../domain/index.ts';
import { encodePath } from './escape.ts';
import { failedRuleReasons, isAlone } from './findings.ts';
import { canonicalJson } from './json.ts';
import { visible } from './visible.ts';

/** What SARIF needs beside the report. */
export interface SarifGiven {
  readonly rules: ReadonlyMap<RuleId, RuleMeta>;
  /** Address of the rule's page; undefined where there is none. */
  readonly pageOf?: (rule: RuleId) => string | undefined;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Names the scheme of the fingerprint; another scheme gets another name. */
const FINGERPRINT = 'plinthFingerprint/v1';
const ROOT = 'SRCROOT';

const RESULT_LEVELS: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = {
  block: 'error',
  'needs-exception': 'error',
  inconclusive: 'error',
  warn: 'warning',
  note: 'note',
};

/**
 * The report as one SARIF run. Existing findings are `unchanged`, fixed ones `absent`; covered ones carry a suppression; what could not be
 * read or resolved stands in the notifications too, and then the execution was not successful. Ends with a newline.
 */
export function renderSarif(report: Report, given: SarifGiven): string {
  const rules = rulesOf(report, given);
  const index = new Map(rules.map((rule, at) => [rule.id, at]));
  return canonicalJson({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Plinth', version: report.engine.version, rules } },
        automationDetails: { id: `plinth/${encodePath(report.policy.name)}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the judged repository.' } } },
        invocations: [invocationOf(report)],
        results: report.findings.map((finding) => resultOf(report, finding, index.get(finding.rule) ?? -1)),
        properties: {
          outcome: report.verdict.outcome,
          touched: report.verdict.touched,
          policy: report.policy.name,
          enforcement: report.policy.enforcement,
          tip: report.tip,
          mergeBase: report.mergeBase,
          head: report.head,
        },
      },
    ],
  });
}

// ---- rules ---------------------------------------------------------------------------------------------

interface ReportingDescriptor {
  readonly id: string;
  readonly [member: string]: unknown;
}

function rulesOf(report: Report, given: SarifGiven): readonly ReportingDescriptor[] {
  const ids = new Set([...given.rules.keys(), ...report.findings.map((finding) => finding.rule)]);
  return [...ids].sort(compareText).map((id) => {
    const meta = given.rules.get(id);
    const page = given.pageOf?.(id);
    const address = page === undefined ? {} : { helpUri: page };
    return meta === undefined ? { id, ...address } : { ...descriptorOf(meta), ...address };
  });
}

function descriptorOf(meta: RuleMeta): ReportingDescriptor {
  const sources = meta.sources.map((source) => `- ${source}`).join('\n');
  const markdown = `${meta.why}\n\n**To do:** ${meta.remedy}${sources === '' ? '' : `\n\nSources:\n${sources}`}`;
  return {
    id: meta.id,
    shortDescription: { text: meta.summary },
    fullDescription: { text: meta.why },
    help: { text: `${meta.why} ${meta.remedy}`, markdown },
    defaultConfiguration: { level: RESULT_LEVELS[meta.level] },
    properties: { since: meta.since, tags: ['container', 'supply-chain'] },
  };
}

// ---- results -------------------------------------------------------------------------------------------

function resultOf(report: Report, finding: ReportFinding, ruleIndex: number): object {
  const related = [
    ...(finding.related ?? []),
    ...(finding.cause === undefined
      ? []
      : [{ ...finding.cause, message: 'this changed line brings it about' }]),
  ];
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: RESULT_LEVELS[finding.level],
    message: { text: messageText(finding.message) },
    locations: [{ physicalLocation: physical(finding) }],
    ...(related.length === 0 ? {} : { relatedLocations: related.map(relatedOf) }),
    partialFingerprints: { [FINGERPRINT]: finding.fingerprint },
    ...(isAlone(report) ? {} : { baselineState: BASELINE[finding.state] }),
    ...(finding.exception === undefined || finding.exception === null
      ? {}
      : { suppressions: [suppressionOf(finding.exception)] }),
    ...(finding.fix === undefined ? {} : { fixes: [fixOf(finding.fix)] }),
    properties: {
      level: finding.level,
      subject: visible(finding.subject),
      id: finding.id,
      effect: finding.effect,
    },
  };
}

const BASELINE = { introduced: 'new', existing: 'unchanged', fixed: 'absent' } as const;

function relatedOf(link: ReportLocation & { readonly message: string }, id: number): object {
  return { id, message: { text: messageText(link.message) }, physicalLocation: physical(link) };
}

function physical(at: ReportLocation): object {
  const endLine = Math.max(at.line, at.endLine ?? at.line);
  const columns =
    at.column === undefined || at.endColumn === undefined
      ? {}
      : {
          startColumn: at.column,
          endColumn: endLine === at.line ? Math.max(at.endColumn, at.column) : at.endColumn,
        };
  return { artifactLocation: artifact(at.path), region: { startLine: at.line, endLine, ...columns } };
}

function artifact(path: string): object {
  return { uri: uriOf(path), uriBaseId: ROOT };
}

/** A relative address that stays below the root whatever the path holds. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^\.{1,2}$/.test(segment) ? segment.replaceAll('.', '%2E') : encodePath(segment)))
    .join('/')
    .replace(/^\//, '%2F');
}

/** An exception lies in a file beside the code, never in it. */
function suppressionOf(exception: string): object {
  return { kind: 'external', status: 'accepted', justification: `exception ${visible(exception)}` };
}

/** Edits replace whole lines up to their line break: a region without an end column ends there. */
function fixOf(fix: Fix): object {
  const paths = [...new Set(fix.edits.map((edit) => edit.path))];
  return {
    description: { text: messageText(fix.safe ? fix.title : `${fix.title} (may change behaviour)`) },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path),
      replacements: fix.edits
        .filter((edit) => edit.path === path)
        .map((edit) => ({
          deletedRegion: { startLine: edit.startLine, startColumn: 1, endLine: edit.endLine },
          insertedContent: { text: edit.newText },
        })),
    })),
  };
}

/** In a SARIF message `[text](address)` is a link: text of others holds none. */
function messageText(text: string): string {
  return visible(text).replaceAll('](', '] (');
}

// ---- what was not decided ------------------------------------------------------------------------------

function invocationOf(report: Report): object {
  const undecided = report.findings.filter(
    (finding) =>
      finding.level === 'inconclusive' && finding.state !== 'fixed' && finding.rule !== 'unread-file',
  );
  const notifications = [
    ...failedRuleReasons(report).map((reason) => notification('rule-failed', 'error', reason)),
    ...report.unread.map((file) =>
      notification('unread-file', file.counts ? 'error' : 'note', `${file.path}: ${file.because}`, file.path),
    ),
    ...undecided.map((finding) => notification(finding.rule, 'warning', finding.message, finding.path)),
  ];
  const failed = failedRuleReasons(report).length > 0 || report.unread.some((file) => file.counts);
  return {
    executionSuccessful: !failed && decidingOutcome(report) !== 'inconclusive',
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function notification(id: string, level: 'error' | 'warning' | 'note', text: string, path?: string): object {
  return {
    descriptor: { id },
    level,
    message: { text: messageText(text) },
    ...(path === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: artifact(path) } }] }),
  };
}

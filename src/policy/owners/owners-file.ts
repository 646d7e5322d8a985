import type { PolicyProblem } from '../../domain/index.ts';
import { isPlainMap, type PlainData, type PlainMap, readDocument } from '../document.ts';
import { compileFilterPattern } from './filter-pattern.ts';

/** An OWNERS file as Prow reads it. */
export interface OwnersFile {
  /** What its approvers for a path (relative to its folder) are called: logins and aliases, as written. */
  approvers(path: string): readonly string[];
  /** True where those of the folders above do not count. */
  readonly endsHere: boolean;
  /** Of parts that were left out; they name nobody. */
  readonly problems: readonly PolicyProblem[];
}

/** Many times what the largest known ones need; all files above a path are read while others wait. */
const LARGEST_TEXT = 32 * 1024;
const MOST_FILTERS = 20;
/** Where any of these stands beside filters, Prow does not read the filters. */
const FOR_ALL = ['approvers', 'reviewers', 'required_reviewers', 'labels'];

/** Reads an OWNERS file; one that has another shape than Prow's names nobody. */
export function readOwnersFile(
  from: string,
  text: string,
): { readonly file: OwnersFile } | { readonly problems: readonly PolicyProblem[] } {
  const read = readDocument(text, LARGEST_TEXT);
  if ('problems' in read) return { problems: read.problems.map((problem) => ({ from, ...problem })) };
  const { data, placeOf } = read.document;
  const problems: PolicyProblem[] = [];
  const fault = (path: readonly (string | number)[], message: string) =>
    problems.push({ from, ...placeOf(path), message });
  const { options = null, filters = null } = data;
  const endsHere = isPlainMap(options) ? (options.no_parent_owners ?? false) : false;
  if (!isMapOrNone(options) || typeof endsHere !== 'boolean')
    fault(['options'], '`options` has to be a map, `no_parent_owners` true or false');
  const named = namesOf(data.approvers);
  if (named === null) fault(['approvers'], '`approvers` has to be a list of logins and aliases');
  if (!isMapOrNone(filters)) fault(['filters'], '`filters` has to be a map of patterns');
  else if (Object.keys(filters ?? {}).length > MOST_FILTERS)
    fault(['filters'], `there are more than ${MOST_FILTERS} filters`);
  if (named === null || typeof endsHere !== 'boolean' || problems.length > 0) return { problems };
  const isForAll = FOR_ALL.some((key) => !isEmpty(data[key]));
  const filtered = isForAll || !isPlainMap(filters) ? [] : readFilters(filters, fault);
  return {
    file: {
      approvers: (path) => [
        ...named,
        ...filtered.flatMap((filter) => (filter.fits(path) ? filter.names : [])),
      ],
      endsHere,
      problems,
    },
  };
}

interface Filter {
  readonly names: readonly string[];
  fits(path: string): boolean;
}

/** A filter that is not read names nobody. */
function readFilters(
  filters: PlainMap,
  fault: (path: readonly string[], message: string) => void,
): readonly Filter[] {
  return Object.entries(filters).flatMap(([source, content]): readonly Filter[] => {
    const names = isPlainMap(content) ? namesOf(content.approvers) : null;
    const fits = compileFilterPattern(source);
    if (typeof fits === 'function' && names !== null) return [{ names, fits }];
    const because = typeof fits === 'function' ? 'it does not hold a list of approvers' : fits.because;
    fault(['filters', source], `the filter "${source.slice(0, 60)}" is left out: ${because}`);
    return [];
  });
}

function isMapOrNone(data: PlainData): boolean {
  return data === null || isPlainMap(data);
}

function isEmpty(data: PlainData | undefined): boolean {
  return data === undefined || data === null || (Array.isArray(data) && data.length === 0);
}

/** A list of texts; null for another shape. */
export function namesOf(data: PlainData | undefined): readonly string[] | null {
  if (data === undefined || data === null) return [];
  return Array.isArray(data) && data.every((name) => typeof name === 'string') ? data : null;
}

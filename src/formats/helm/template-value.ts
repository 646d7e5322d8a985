import type { HelmValue, Location } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';

/** A part of a text, with the place of a file that says it; `open` where nothing says what stands there. */
export interface TextPiece {
  readonly text: string;
  readonly at?: Location;
  readonly open?: true;
}

/** What an expression of a template comes to. */
export type TemplateValue =
  | {
      readonly kind: 'text';
      readonly pieces: readonly TextPiece[];
      /** True for what a condition takes for nothing: `""`, `0`, `false`. */
      readonly empty: boolean;
    }
  | { readonly kind: 'list'; readonly items: readonly TemplateValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, TemplateValue> }
  /** A file says that it is nothing. */
  | { readonly kind: 'nil' }
  /** No file says anything of it: nothing to a condition and to `default`; what is written of it stays open. */
  | { readonly kind: 'unset'; readonly written: string }
  | { readonly kind: 'open'; readonly written: string };

export function textValue(text: string, at?: Location): TemplateValue {
  const piece = at === undefined ? { text } : { text, at };
  return { kind: 'text', pieces: text === '' ? [] : [piece], empty: text === '' };
}

export function truthValue(is: boolean): TemplateValue {
  return { kind: 'text', pieces: [{ text: String(is) }], empty: !is };
}

export function openValue(written: string): TemplateValue {
  return { kind: 'open', written };
}

/** A chart's values with the file in which they stand. */
export function valueFrom(path: string, value: HelmValue): TemplateValue {
  switch (value.kind) {
    case 'text':
      return {
        kind: 'text',
        pieces: value.text === '' ? [] : [{ text: value.text, at: locate(path, value.span) }],
        empty: value.empty === true,
      };
    case 'null':
      return { kind: 'nil' };
    case 'list':
      return { kind: 'list', items: value.items.map((item) => valueFrom(path, item)) };
    case 'map':
      return {
        kind: 'map',
        entries: new Map(value.entries.map((entry) => [entry.name, valueFrom(path, entry.value)])),
      };
    default:
      return value satisfies never;
  }
}

/** A mapping with another's entries put over its own, mappings in them merged in turn, as a parent chart's values are. */
export function mergedOver(below: TemplateValue, above: TemplateValue): TemplateValue {
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = new Map(below.entries);
  for (const [name, value] of above.entries) {
    const known = entries.get(name);
    entries.set(name, known === undefined ? value : mergedOver(known, value));
  }
  return { kind: 'map', entries };
}

/** The text of a value in pieces; undefined where it is a list or a mapping. */
export function piecesOf(value: TemplateValue): readonly TextPiece[] | undefined {
  switch (value.kind) {
    case 'text':
      return value.pieces;
    case 'nil':
      return [];
    case 'unset':
    case 'open':
      return [{ text: value.written, open: true }];
    default:
      return undefined;
  }
}

/** The text where all of it is known. */
export function closedText(value: TemplateValue): string | undefined {
  if (value.kind === 'unset') return undefined;
  const pieces = piecesOf(value);
  return pieces === undefined || pieces.some(({ open }) => open === true) ? undefined : joined(pieces);
}

export function joined(pieces: readonly TextPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

/** What a condition makes of a value; undefined where that is open. */
export function truthOf(value: TemplateValue): boolean | undefined {
  switch (value.kind) {
    case 'text':
      if (value.empty) return false;
      return value.pieces.some(({ open, text }) => open !== true && text !== '') ? true : undefined;
    case 'list':
      return value.items.length > 0;
    case 'map':
      return value.entries.size > 0;
    case 'nil':
    case 'unset':
      return false;
    case 'open':
      return undefined;
    default:
      return value satisfies never;
  }
}

/** The value under a path of names. */
export function fieldOf(value: TemplateValue, path: readonly string[], written: string): TemplateValue {
  let at = value;
  for (const name of path) {
    if (at.kind === 'open') return openValue(written);
    if (at.kind !== 'map') return { kind: 'unset', written };
    at = at.entries.get(name) ?? { kind: 'unset', written };
  }
  return at;
}

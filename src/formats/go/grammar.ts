import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Language, Parser, type Tree } from 'web-tree-sitter';

const GRAMMAR = 'tree-sitter-go.wasm';

/** Bounds the work by count, not by time: the parser reports each hundred of its operations; 1 MB of real source takes 11,000 reports. */
const MOST_REPORTS = 40_000;

let loading: Promise<Parser> | undefined;
let parser: Parser | undefined;

/** Loads the parser and its grammar once for the process; later calls share the first one's outcome. */
export async function loadGrammar(): Promise<void> {
  loading ??= load();
  parser = await loading;
}

async function load(): Promise<Parser> {
  await Parser.init();
  const language = await Language.load(grammarPath());
  return new Parser().setLanguage(language);
}

/** In its package during development; beside the bundle in production, where no packages are installed. */
function grammarPath(): string {
  try {
    return createRequire(import.meta.url).resolve(`tree-sitter-go/${GRAMMAR}`);
  } catch {
    return fileURLToPath(new URL(GRAMMAR, import.meta.url));
  }
}

/** Why there is no tree. */
export type NoTree = 'not-loaded' | 'too-hard';

/** Gives the tree of a text to `read` and frees it afterwards. */
export function withTree<T>(text: string, read: (tree: Tree) => T, otherwise: (why: NoTree) => T): T {
  if (parser === undefined) return otherwise('not-loaded');
  let reports = 0;
  const tree = parser.parse(text, null, { progressCallback: () => ++reports > MOST_REPORTS });
  if (tree === null) {
    parser.reset();
    return otherwise('too-hard');
  }
  try {
    return read(tree);
  } finally {
    tree.delete();
  }
}

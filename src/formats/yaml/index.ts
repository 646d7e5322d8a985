// YAML and JSON as a language inside other formats (manifests, policies, build files).
// In: text. Out: documents of nodes with positions, and what is wrong with them.
// Not here: templates (mask them first), types of values, schemas, what any key means.
export { decodeBase64 } from './base64.ts';
export { LineTable } from './lines.ts';
export type {
  ScalarStyle,
  YamlDocument,
  YamlEntry,
  YamlList,
  YamlMap,
  YamlNode,
  YamlProblem,
  YamlScalar,
} from './nodes.ts';
export { entriesOf, entryOf, isNull, listOf, mapOf, nodeAt, repeatedKeys, textOf } from './query.ts';
export { type ReadOptions, readYaml } from './read.ts';
export { MOST_LEVELS } from './tokens.ts';

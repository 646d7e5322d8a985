// A process that writes fifty entries, one transaction each.
import { openFactCache } from '../../../src/adapters/fact-cache/index.ts';

const [folder = '', name = '', now = '0'] = process.argv.slice(2);
const cache = openFactCache(folder, '1', Number(now));
if (cache === null) process.exit(1);
for (let index = 0; index < 50; index++)
  await cache.put(new Map([[`${name}${index}`, [{ kind: 'unreadable', because: name }] as const]]));
cache.close();

/** From here on the young generation is large enough: a larger one fits no cache, and each of its collections takes longer. */
const ENOUGH_BYTES = 16 * 1024 * 1024;
const EVERY_MS = 5;

/**
 * Keeps V8's young generation from growing beyond what a processor's cache holds. Reading a large tree takes a tenth less time by it, and a third less
 * memory (docs/performance.md). V8 reads the factor each time that it would grow; other flags of the kind only count at a start.
 */
export function limitYoungGeneration(): void {
  // Not by import: most runs read few files, and a module that is loaded is paid at every start.
  const { getHeapSpaceStatistics, setFlagsFromString } = process.getBuiltinModule('node:v8');
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < ENOUGH_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, EVERY_MS);
  timer.unref();
}

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-strip-types.cjs' },
  // By default it is among temporary files, which last for one run here.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  coverageProvider: 'v8',
  // By default Jest leaves a core free, which on two cores halves it.
  maxWorkers: '100%',
  setupFiles: ['<rootDir>/test/support/no-network.ts'],
};

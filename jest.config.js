export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-strip-types.cjs' },
  coverageProvider: 'v8',
  // By default Jest leaves a core free, which on two cores halves it.
  maxWorkers: '100%',
  setupFiles: ['<rootDir>/test/support/no-network.ts'],
};

// Handlers that run inside a test count into it.
process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'test';

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/environment.ts',
  globalSetup: '<rootDir>/test/synthesise.ts',
  // One more than CI has cores: the end-to-end tests wait as long as they work.
  maxWorkers: 3,
  // A worker keeps the modules of every test that it ran: with 1.5 GB of them loading aws-cdk-lib takes a
  // minute, in a new one two seconds.
  workerIdleMemoryLimit: '600MB',
  // A machine that does something else beside is slow, and not wrong.
  testTimeout: 60_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.local', '<rootDir>/.build', '<rootDir>/cdk.out'],
};

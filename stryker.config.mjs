/**
 * How `test/verify/mutation.ts` mutates; it adds what to mutate and which tests have to notice.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  // The sandbox is a copy: of what the tests need.
  ignorePatterns: ['**/*', '!{lambdas,shared,local,test}/**/*', '!{jest.config.js,package.json}'],
  tempDirName: '.local/stryker',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  jest: {
    configFile: 'jest.config.js',
    // Nothing here needs the synthesised stacks, and Stryker loads an environment by its package's name.
    config: { globalSetup: null, testEnvironment: 'node' },
    enableFindRelatedTests: false,
  },
  // Stryker rewrites a tsconfig with an API that TypeScript 7 has no more; ours needs no rewriting.
  tsconfigFile: 'none',
  cleanTempDir: 'always',
  reporters: [],
  logLevel: 'error',
};

import base from '../../jest.config.js';

const [[files, [, swc]]] = Object.entries(base.transform);

// As `npm test`, but a bug can be planted, and nothing is synthesised.
/** @type {import('jest').Config} */
const { globalSetup: _, ...config } = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/**/*.{test,crash,fuzz}.ts'],
  transform: { [files]: ['<rootDir>/test/verify/planting.ts', swc] },
  maxWorkers: 2,
  testTimeout: 3_600_000,
};

// biome-ignore lint/style/noDefaultExport: jest takes nothing else
export default config;

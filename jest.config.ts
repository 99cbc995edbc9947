import type { Config } from 'jest';

const shared: NonNullable<Config['projects']>[number] & object = {
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
};

const suites = (...folders: string[]): string[] => folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`);

const config: Config = {
  // The suites with a broker measure nothing, but deadlines and elections need a machine that is not busy with another suite.
  maxWorkers: 1,
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'plain', testMatch: suites('unit', 'http', 'contract', 'idempotency', 'worker-unit') },
    {
      ...shared,
      displayName: 'kafka',
      testMatch: suites('publishing', 'reading', 'worker', 'replay', 'fault', 'lifecycle'),
      globalSetup: '<rootDir>/test/support/start-shared-kafka.ts',
      globalTeardown: '<rootDir>/test/support/stop-shared-kafka.ts',
    },
  ],
};

export default config;

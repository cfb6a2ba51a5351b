import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// .ci/run counts the tests from this file.
const results = process.env.POLYTAG_TEST_RESULTS;

/** Folders whose tests leave nothing behind in their process, so that the next file may have it: most of a file's time is its start. */
const TOGETHER = [
  ...['api', 'audio', 'base', 'config', 'data', 'eval', 'features', 'golden', 'inputs'],
  ...['report', 'runs', 'text', 'training', 'transcription'],
  ...['classify', 'inputs', 'links', 'similar', 'tables'].map((name) => `catalogue/${name}`),
  ...['arrangement', 'exchange', 'files', 'form', 'render', 'score', 'server'].map(
    (name) => `studio/${name}`,
  ),
].map((name) => `test/${name}/**/*.test.ts`);

/** What is the same in both projects. */
const project: TestProjectInlineConfiguration['test'] = {
  // The native engine fails in a second worker thread (tensorflow/tfjs #8388), so test files are processes.
  pool: 'forks',
  // The same samples on every machine; the tests of libsndfile choose it.
  env: { POLYTAG_DECODER: 'wasm' },
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    globalSetup: ['test/set-up.ts'],
    maxWorkers: 2,
    reporters: results ? ['default', 'json'] : ['default'],
    outputFile: results ? { json: results } : undefined,
    projects: [
      {
        test: {
          ...{ ...project, name: 'together', include: TOGETHER, isolate: false, benchmark: { include: [] } },
          setupFiles: ['test/usual-engine.ts'],
        },
      },
      {
        test: {
          ...{ ...project, name: 'apart', include: ['test/**/*.test.ts'], exclude: TOGETHER },
          benchmark: { include: ['bench/**/*.bench.ts'] },
        },
      },
    ],
  },
});

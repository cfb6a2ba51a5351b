import { defineConfig } from 'vitest/config';

// .ci/run counts the tests from this file.
const results = process.env.POLYTAG_TEST_RESULTS;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/set-up.ts'],
    benchmark: { include: ['bench/**/*.bench.ts'] },
    // The native engine fails in a second worker thread (tensorflow/tfjs #8388), so test files are processes.
    pool: 'forks',
    maxWorkers: 2,
    // The same samples on every machine; the tests of libsndfile choose it.
    env: { POLYTAG_DECODER: 'wasm' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: results ? ['default', 'json'] : ['default'],
    outputFile: results ? { json: results } : undefined,
  },
});

import { defineConfig } from 'vitest/config';

// .ci/run counts the tests from this file.
const results = process.env.POLYTAG_TEST_RESULTS;

/** Files that replace modules, which others in the same process would then have too. */
const REPLACING = [
  'test/audio/ffmpeg.test.ts',
  'test/catalogue/tag/lyrics.test.ts',
  'test/cli/without-nodejieba.test.ts',
  'test/studio/page/full-disk.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: REPLACING } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: REPLACING,
          // Importing the engine and the commands takes longer than most files' tests.
          isolate: false,
          setupFiles: ['test/each-file.ts'],
        },
      },
    ],
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

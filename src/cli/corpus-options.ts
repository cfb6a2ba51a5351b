/** Options of commands that make a synthetic corpus. */
export const corpusOptions = {
  clips: { type: 'number', requiresArg: true, default: 600, describe: 'Number of clips' },
  seconds: { type: 'number', requiresArg: true, default: 5, describe: 'Length of a clip in seconds' },
  seed: {
    type: 'number',
    requiresArg: true,
    default: 1,
    describe: 'Seed of the corpus: the same seed gives the same bytes',
  },
} as const;

/** The part of a config that describes a model: `model`. */
import { z } from 'zod';
import { branches } from './branches/index.js';
import { fusions } from './fusion/index.js';

const branchOptions = z
  .strictObject({
    mel: branches.mel.options.optional(),
    waveform: branches.waveform.options.optional(),
    lyrics: branches.lyrics.options.optional(),
  })
  .refine((chosen) => Object.values(chosen).some(Boolean), 'name at least one branch');

export const modelSchema = z.strictObject({
  branches: branchOptions.describe('Which modalities the model uses; leaving one out is an ablation.'),
  fusion: z
    .discriminatedUnion('kind', [
      fusions['self-attention'].options,
      fusions.concat.options,
      fusions['late-average'].options,
    ])
    .prefault({ kind: 'self-attention' })
    .describe('How the branches are joined.'),
});

/** A model's structure with every option written out. */
export type ModelSpec = z.output<typeof modelSchema>;

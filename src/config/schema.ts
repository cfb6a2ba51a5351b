/** Everything that a config may say, with its defaults. The JSON Schema for editors is made from this. */
import { z } from 'zod';
import { DAMAGE_POLICIES } from '../audio/damage.js';
import { dataSchema } from '../data/sets/index.js';
import { conditionSchema } from '../eval/conditions/schema.js';
import { modelSchema } from '../models/spec.js';
import { STOP_WORD_LANGUAGES } from '../text/stop-words.js';
import { TEXT_UNITS } from '../text/tokenize.js';
import { augmentSchema } from '../training/augment/schema.js';
import { optimizerSchema } from '../training/optimizers.js';
import { scheduleSchema } from '../training/schedule.js';

const powerOfTwo = z
  .int()
  .min(4)
  .refine((n) => (n & (n - 1)) === 0, 'must be a power of two');

const inputsSchema = z.strictObject({
  sample_rate: z.int().min(1000).default(16_000).describe('In Hz; audio of another rate is resampled.'),
  chunk_seconds: z
    .number()
    .positive()
    .default(4)
    .describe(
      'Length of the part of a clip that the model sees at once: a random one in training; in evaluation, the mean over all of them.',
    ),
  damaged_audio: z
    .enum(DAMAGE_POLICIES)
    .default('keep-good-part')
    .describe(
      'Of recordings that cannot be decoded in part: use the rest, leave them out, or stop. What is lost is counted.',
    ),
  mel: z
    .strictObject({
      n_fft: powerOfTwo.default(512),
      hop_length: z.int().positive().default(256),
      bands: z.int().positive().default(96),
    })
    .optional()
    .describe('Log-mel spectrogram, log10(1 + 10000 x).'),
  waveform: z.strictObject({}).optional().describe('Raw samples.'),
  lyrics: z
    .strictObject({
      unit: z
        .enum(TEXT_UNITS)
        .default('word')
        .describe(
          'word: Chinese by nodejieba, the rest by Unicode words; character: one by one; auto: as word, and Japanese and South-East Asian texts by words too.',
        ),
      dictionary: z
        .string()
        .nullable()
        .default(null)
        .describe(
          "Words of your own for nodejieba, in the form of jieba's user dictionary; null for none. The model keeps them.",
        ),
      vectors: z
        .string()
        .nullable()
        .default(null)
        .describe(
          "File of word vectors that the lyrics branch starts with: word2vec's text or binary format, fastText's .vec or GloVe, also with .gz. Their size must be model.branches.lyrics.embedding; words that they know need not reach min_count.",
        ),
      stop_words: z
        .array(z.enum(STOP_WORD_LANGUAGES))
        .default([])
        .describe('Languages whose stop words are left out, by ISO 639-1: [en, zh].'),
      max_tokens: z.int().min(2).default(160),
      vocabulary: z.int().min(4).default(5000).describe('Largest number of different tokens.'),
      shuffled: z
        .boolean()
        .default(false)
        .describe(
          'The control: every clip reads the words of another song of its part, in training too. What such a model gains over sound alone does not come from the words.',
        ),
      min_count: z
        .int()
        .positive()
        .default(2)
        .describe('Tokens of the training lyrics that are seen less often count as unknown.'),
    })
    .refine(
      ({ unit, dictionary, stop_words: languages }) =>
        unit !== 'character' || (dictionary === null && languages.length === 0),
      'unit "character" knows no words: take dictionary and stop_words away, or give unit "word" or "auto"',
    )
    .optional()
    .describe('Words or characters of the lyrics; the vocabulary comes from the training part.'),
  mfcc: z
    .strictObject({
      coefficients: z.int().positive().default(20),
      n_fft: powerOfTwo.default(2048),
      hop_length: z.int().positive().default(512),
      bands: z.int().positive().default(128),
    })
    .refine(({ coefficients, bands }) => coefficients <= bands, 'there are fewer bands than coefficients')
    .optional()
    .describe('Mel-frequency cepstral coefficients, for model.baseline.'),
  store: z
    .string()
    .nullable()
    .default(null)
    .describe("Folder of the feature store; null for the user's cache folder."),
});

const lossSchema = z.strictObject({
  alpha: z
    .number()
    .positive()
    .default(1)
    .describe('Penalty on missed positives of a tagging task; 1 is plain binary cross-entropy.'),
});

const trainingSchema = z.strictObject({
  epochs: z.int().positive().default(40),
  batch_size: z.int().positive().default(16),
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  gradient_clip: z
    .number()
    .positive()
    .nullable()
    .default(5)
    .describe('Largest norm of the whole gradient; null for none.'),
  early_stopping: z
    .strictObject({
      metric: z
        .enum(['roc_auc', 'loss', 'accuracy'])
        .default('roc_auc')
        .describe('On the validation part; the weights of its best epoch are kept.'),
      patience: z
        .int()
        .positive()
        .nullable()
        .default(10)
        .describe('Epochs without improvement before training stops; null for never.'),
    })
    .prefault({}),
  augment: augmentSchema.optional(),
  modality_dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      'Probability with which each input of a training example is taken away, so that the model can do without it; one that is there always stays.',
    ),
  checkpoint_steps: z
    .int()
    .positive()
    .default(500)
    .describe('A checkpoint is written after so many steps, and after each epoch.'),
});

const evaluationSchema = z.strictObject({
  batch_size: z.int().positive().default(32),
  bootstrap_samples: z.int().nonnegative().default(1000),
  examples: z.int().nonnegative().default(12).describe('Clips that the report lets a person hear.'),
  conditions: z
    .array(conditionSchema)
    .default([])
    .describe('Changed conditions under which the test part is scored again: inputs taken away, noise.'),
});

export const configSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.-]+$/, 'may hold letters, digits, dots, hyphens and underscores')
      .default('experiment'),
    seed: z.int().default(1),
    data: dataSchema.prefault({}),
    inputs: inputsSchema.prefault({}),
    model: modelSchema,
    loss: lossSchema.prefault({}),
    training: trainingSchema.prefault({}),
    evaluation: evaluationSchema.prefault({}),
  })
  .meta({ title: 'polytag experiment' });

/** A config with every default written out. */
export type Config = z.output<typeof configSchema>;

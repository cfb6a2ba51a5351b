/** configs/paper.yaml follows Miao and Cheng (2023): every statement of the paper is set, or its comment explains it. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';

const FILE = 'configs/paper.yaml';
let config: Config;
let comment: string;
let branches: Record<'mel' | 'waveform' | 'lyrics', Record<string, unknown>>;
let fusion: Record<string, unknown>;

beforeAll(async () => {
  config = await loadConfig(FILE);
  branches = config.model.branches as unknown as typeof branches;
  fusion = config.model.fusion as unknown as typeof fusion;
  const lines = (await readFile(FILE, 'utf8')).split('\n').filter((line) => line.startsWith('#'));
  comment = lines.map((line) => line.replace(/^#\s*/, '')).join(' ');
});

describe('the paper says, and the config sets', () => {
  it('16 kHz', () => expect(config.inputs.sample_rate).toBe(16_000));
  it('folders 0 to b, c, d to f of MagnaTagATune', () =>
    expect(config.data).toMatchObject({ set: 'mtat', split: 'official' }));
  it('all 25,863 clips', () => expect(config.data).toMatchObject({ protocol: 'all' }));
  it('whole clips', () => expect(config.inputs.chunk_seconds).toBe(29));
  it('adaptive segmentation with every level of its hierarchy', () =>
    expect(branches.mel).toMatchObject({ segmentation: 'adaptive', segment_levels: 'all' }));
  it('pre-emphasis with 0.97 (equation 1)', () => expect(config.inputs.pre_emphasis).toBe(0.97));
  it('characters whose vectors are not trained with the network', () => {
    expect(config.inputs.lyrics).toMatchObject({ unit: 'character' });
    expect(branches.lyrics.train_embedding).toBe(false);
  });
  it('mel by 2D and the waveform by 1D convolutions, lyrics by TextCNN', () =>
    expect(Object.keys(branches)).toEqual(['mel', 'waveform', 'lyrics']));
  it('a BiLSTM on each sequence of features', () => {
    for (const branch of Object.values(branches)) expect(branch.lstm_units).toBeGreaterThan(0);
  });
  it('self-attention with r = 4, w1 to the size of the features, and no prior', () => {
    expect(fusion).toMatchObject({ kind: 'self-attention', heads: 4, balanced: false });
    expect(fusion.attention).toBe(fusion.features);
  });
  it('dropout of 0.5 after every hidden layer', () => {
    for (const branch of Object.values(branches)) expect(branch.dropout).toBe(0.5);
    expect(branches.lyrics.hidden_dropout).toBe(0.5);
    expect(fusion.dropout).toBe(0.5);
  });
  it('normalisation after every hidden layer', () => {
    for (const branch of Object.values(branches)) expect(branch.lstm_norm).toBe(true);
    expect(fusion.norm).toBe(true);
  });
  it('a penalty α above 1 (equation 6)', () => expect(config.loss.alpha).toBeGreaterThan(1));
});

describe('the paper leaves open or contradicts, and the comment explains', () => {
  it.each([
    ['softmax outputs under a binary loss', /softmax .* binary loss .* sigmoids/],
    ['equation 6 as printed', /Equation 6 .* misprint/],
    ['the value of α, widths, optimiser and the list of tags', /α is above 1 and not given.* list of tags/],
    ['φ, and ELU elsewhere', /φ .* tanh.* ELU/],
    ['the projection w1', /w1 maps to the size of the features.* no prior/],
    ['lyrics that MagnaTagATune does not have', /MagnaTagATune has no lyrics/],
    ['the five groups of a data set without lyrics', /five groups .* not reproducible as printed/],
    ['TF = f / max f (equation 2)', /TF = f \/ max f .* term_frequency: max, norm: null/],
    ['the network that extracts tag vectors', /separate network that extracts tag vectors/],
    ['what the network does with the levels', /segments of all levels .* attention chooses/],
    ['which normalisation', /batch normalisation/],
    ['where vectors of characters come from', /polytag text embed .*--unit character/],
    ['VGG16 and linear weighting, which are other groups', /VGG16.*linear weighting.*five-groups/],
  ])('%s', (_, words) => expect(comment).toMatch(words));
});

/**
 * The comparisons of music recognition by hashing (He, "Research on the Construction of Music Recognition Model Based on
 * Improved CNN"): the kind and depth of the recurrent network; the maps that it takes, of one block, of all stacked,
 * or as a sequence without near-duplicates; and its code beside hash learners on the same embedding, by the length of the
 * code. The paper's own loss is cross-entropy on the relaxed code; its sister paper's adds the similarity of pairs,
 * quantisation and balance. The queries are repeated with noise, at another pitch and speed, and as excerpts.
 */
import { defineStudy } from 'polytag/study';

const BRANCH = 'model.branches.compact-cnn';

/** One length, and no hash learners: what experiments need that are not compared with them. */
const OWN_CODE = 'evaluation.retrieval={bits: [64], learners: []}';

/** The same queries, changed. */
const CHANGED = `evaluation.conditions=[${[
  ...[20, 10, 0].map((snr) => `{noise: {snr: ${snr}}}`),
  ...[-2, 2].map((semitones) => `{pitch: ${semitones}}`),
  ...[0.8, 1.25].map((rate) => `{tempo: ${rate}}`),
  '{mp3: 32}',
  '{excerpt: 5}',
].join(', ')}]`;

const CELLS = { simple: 'simple recurrence', gru: 'GRU', lstm: 'LSTM' };

/** Every kind and depth but two layers of LSTM, which is the model itself. */
const recurrent = Object.entries(CELLS).flatMap(([cell, label]) =>
  [1, 2]
    .filter((layers) => cell !== 'lstm' || layers === 1)
    .map((layers) => ({
      name: `${cell}-${layers}`,
      label: `${label}, ${layers === 1 ? 'one layer' : 'two layers'}`,
      overrides: [`model.fusion.cell=${cell}`, `model.fusion.layers=${layers}`, OWN_CODE],
    })),
);

const single = [1, 2, 3, 4, 5].map((block) => ({
  name: `block-${block}`,
  label: `maps of block ${block}`,
  overrides: [`${BRANCH}.maps.layers=[${block}]`, OWN_CODE],
}));

const others = [
  ...recurrent,
  ...single,
  {
    name: 'stacked',
    label: 'maps of all blocks, stacked',
    overrides: [`${BRANCH}.maps.steps=frames`, OWN_CODE],
  },
  {
    name: 'pairwise',
    label: 'with similarity, quantisation and balance',
    overrides: ['loss.code={similarity: 0.1, quantisation: 0.1, balance: 0.1}', OWN_CODE, CHANGED],
  },
];

export default defineStudy({
  name: 'hashing',
  title: 'Music recognition by hashing',
  question:
    'Which recurrent network, and which activation maps, give the best hash codes, and are they better than those of hash learners on the same embedding?',
  config: 'configs/hashing.yaml',
  panels: [
    { name: 'style', label: 'style of music', overrides: ['data.target=style'] },
    {
      name: 'tags',
      label: 'tags',
      overrides: ['data.target=tags', 'training.early_stopping.metric=roc_auc'],
      optional: true,
    },
  ],
  groups: [
    { name: 'sequence', label: 'LSTM, two layers, sequence of maps', overrides: [CHANGED] },
    ...others,
  ],
  quick: {
    seeds: 1,
    groups: ['sequence', 'lstm-1', 'gru-2', 'simple-2', 'block-5', 'stacked'],
    // Windows of 10 s, whose 464 frames smaller poolings leave something of.
    overrides: [
      'inputs.chunk_seconds=9.9',
      `${BRANCH}.poolings=[[2, 4], [3, 4], [2, 3], [2, 3], [4, 3]]`,
      'training.epochs=25',
      'evaluation.examples=2',
    ],
  },
  contrasts: others.map(({ name }) => ({ group: 'sequence', minus: name })),
  themes: [
    { title: 'Recurrent network', groups: ['sequence', ...recurrent.map(({ name }) => name)] },
    { title: 'Maps', groups: ['sequence', ...single.map(({ name }) => name), 'stacked'] },
    { title: 'Loss', groups: ['sequence', 'pairwise'] },
  ],
});

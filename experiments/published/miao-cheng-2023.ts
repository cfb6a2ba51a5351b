/**
 * What Zhong Miao and Chaozhi Cheng published: Construction of multimodal music automatic annotation model based on
 * neural network algorithm. ICMIR 2023, Proceedings of SPIE 12779, 127791Q, doi:10.1117/12.2689482.
 */
import type { StudyGroup } from 'polytag/study';

/** Improvements of self-attention over linear weighting. */
export const PUBLISHED_GAIN = {
  accuracy: 0.039,
  roc_auc: 0.085,
  source: '+3.9 % accuracy and +8.5 % AUC (Miao and Cheng 2023, doi:10.1117/12.2689482)',
};

const RECURRENT = ['dropout=0.5', 'lstm_units=32', 'lstm_norm=true'];
const BRANCHES = {
  mel: [...RECURRENT, 'segmentation=adaptive', 'segment_levels=all'],
  waveform: RECURRENT,
  lyrics: [...RECURRENT, 'hidden_dropout=0.5'],
};

/**
 * The model of configs/paper.yaml at the size of a study's base, which has the branches mel and lyrics: whole clips of
 * up to 10 s, pre-emphasis, characters, a BiLSTM in each branch, dropout and normalisation after each hidden layer,
 * attention over the segments of all levels, w1 to the size of the features and no prior. Vectors of characters are
 * trained with the network, since a study's folder has no large corpus to train them on.
 */
const asPublished = (waveform: string): string[] => [
  'inputs.chunk_seconds=10',
  'inputs.pre_emphasis=0.97',
  'inputs.waveform={}',
  'inputs.lyrics={unit: character, max_tokens: 384}',
  `model.branches.waveform=${waveform}`,
  ...Object.entries(BRANCHES).flatMap(([name, options]) =>
    options.map((option) => `model.branches.${name}.${option}`),
  ),
  'model.fusion.attention=64',
  'model.fusion.dropout=0.5',
  'model.fusion.norm=true',
  'model.fusion.balanced=false',
];

/** Its experiment, with the given waveform branch, on panels of exclusive classes, and with α = 2 on those of tags. */
export const asPublishedGroups = (
  waveform: string,
  panels: { classes: readonly string[]; tags: readonly string[] },
  others: readonly string[] = [],
): StudyGroup[] => {
  const overrides = [...asPublished(waveform), ...others];
  const group = (
    name: string,
    label: string,
    on: readonly string[],
    extra: readonly string[],
  ): StudyGroup[] =>
    on.length > 0 ? [{ name, label, overrides: [...overrides, ...extra], panels: on }] : [];
  return [
    ...group('as-published', 'as published (Miao and Cheng 2023)', panels.classes, []),
    // The penalty on missed positives is for tags, not for exclusive classes.
    ...group('as-published-tags', 'as published, α = 2 (Miao and Cheng 2023)', panels.tags, ['loss.alpha=2']),
  ];
};

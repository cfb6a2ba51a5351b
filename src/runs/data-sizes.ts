/** The sizes of a network that the data set of a config decides, or what is assumed where the data set is not at hand. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import type { DataSizes } from '../hub/network.js';
import type { LyricsOptions } from '../inputs/lyrics.js';
import { inputEntries } from '../inputs/schema.js';
import { plannedShape } from '../training/prepare.js';
import { loadRunDataset } from './run.js';

/** Labels that are assumed where neither the data set nor the config says how many: those of the literature's tables. */
const USUAL_LABELS = 50;

/**
 * Reads the tables of the data set, and lyrics where the model takes them. Without the data set, labels are those that
 * `data.top_tags` asks for and vocabularies as large as they may get; `onNote` is told.
 */
export async function dataSizesOf(config: Config, onNote: (sentence: string) => void): Promise<DataSizes> {
  const texts = inputEntries(config.inputs).filter(({ kind }) => kind.source === 'text');
  const ignore = (): void => undefined;
  try {
    const dataset = await loadRunDataset({ log: ignore }, config, ignore);
    const { labels, head, inputs } = await plannedShape(config, dataset, { onNote: ignore });
    const words = texts.flatMap(({ name }) => (inputs[name] ? [[name, inputs[name].width]] : []));
    return { labels, head, vocabularies: Object.fromEntries(words) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { top_tags: tags = USUAL_LABELS } = config.data as { top_tags?: number };
    const words = texts.map(({ name, options }) => [name, (options as LyricsOptions).vocabulary]);
    const assumed = [`${tags} labels`, ...words.map(([name, size]) => `${size} tokens of ${name}`)];
    onNote(`The data set cannot be read, so that ${assumed.join(' and ')} are assumed (${error.message}).`);
    const head = config.model.pitch ? 'pitch' : 'sigmoid';
    return { labels: Number(tags), head, vocabularies: Object.fromEntries(words) };
  }
}

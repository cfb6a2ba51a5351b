/** What a trained network is stored with. */
import type { ExtensionRecord } from '../../config/extensions.js';
import type { Config } from '../../config/schema.js';
import type { NewDescription } from '../../hub/model-folder.js';
import type { Prepared } from '../../training/prepare.js';
import type { PreparedText } from '../../training/texts.js';

/** Stored description of the model, without thresholds. */
export function describeModel(
  config: Config,
  prepared: Prepared,
  extensions: ExtensionRecord[],
): NewDescription {
  const { dataset, texts, shape, statistics, written } = prepared;
  const ofTexts = <Value>(pick: (text: PreparedText) => Value | null): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([name, text]) => {
        const value = pick(text);
        return value === null ? [] : [[name, value]];
      }),
    );
  const dictionaries = ofTexts(({ dictionary }) => dictionary);
  return {
    name: config.name,
    task: dataset.task,
    labels: dataset.labels,
    thresholds: null,
    spec: config.model,
    shape,
    // Where features are kept is this machine's business, and the model may travel.
    inputs: { ...written, store: null },
    ...(extensions.length > 0 && { extensions }),
    vocabularies: ofTexts(({ vocabulary }) => vocabulary),
    ...(Object.keys(dictionaries).length > 0 && { dictionaries }),
    ...(Object.keys(statistics).length > 0 && { statistics }),
    trained_on: {
      dataset: dataset.name,
      protocol: dataset.protocol,
      fingerprint: dataset.fingerprint,
      synthetic: dataset.synthetic,
    },
  };
}

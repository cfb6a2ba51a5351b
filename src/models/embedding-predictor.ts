/** A network on embeddings of frozen models that predicts from recordings: the models make its rows, window by window. */
import {
  type AudioInput,
  cutForm,
  type ModelInputSet,
  type WindowBatch,
  windowSize,
} from '../inputs/window.js';
import type { ModelSettings } from './description.js';
import type { Embedder } from './embedder.js';
import { type NetworkPredictor, type Prediction, type Predictor, requireWindows } from './predictor.js';

/** A network whose inputs are cut in the form that their frozen models take. */
export class EmbeddingPredictor implements Predictor {
  readonly inputs: ModelInputSet;
  readonly attention?: Predictor['attention'];

  /**
   * The predictor takes ownership of the network and of the models.
   *
   * @param embedders - the frozen model of each input that has one, by the input's name
   */
  constructor(
    private readonly network: NetworkPredictor,
    private readonly embedders: ReadonlyMap<string, Embedder>,
  ) {
    const { grid, list } = network.inputs;
    this.inputs = { grid, list: list.map(cutForm) };
    if (network.attention)
      this.attention = (batch, starts) => network.attention!(this.embedded(batch), starts);
  }

  get name(): string {
    return this.network.name;
  }

  get labels(): string[] {
    return this.network.labels;
  }

  get remainder(): Predictor['remainder'] {
    return this.network.remainder;
  }

  get settings(): ModelSettings {
    return this.network.settings;
  }

  get embedding(): number | null {
    return this.network.embedding;
  }

  get hasher(): Predictor['hasher'] {
    return this.network.hasher;
  }

  get description(): NetworkPredictor['description'] {
    return this.network.description;
  }

  predict(batch: WindowBatch & { settings?: ModelSettings }): Prediction {
    requireWindows(this, batch);
    return this.network.predict(this.embedded(batch));
  }

  /** The windows with the rows of the frozen models in place of what these take. */
  private embedded(batch: WindowBatch): WindowBatch {
    const values = { ...batch.values };
    for (const input of this.network.inputs.list) {
      const embedder = this.embedders.get(input.name);
      if (embedder) values[input.name] = embeddedWindows(input as AudioInput, embedder, batch);
    }
    return { count: batch.count, values };
  }

  dispose(): void {
    this.network.dispose();
    for (const embedder of this.embedders.values()) embedder.dispose();
  }
}

/** The windows of an input [count × length × width], of what its frozen model takes. */
function embeddedWindows(
  input: AudioInput,
  embedder: Embedder,
  { count, values }: WindowBatch,
): Float32Array {
  const cut = cutForm(input);
  const taken = windowSize(cut);
  const made = windowSize(input);
  const all = new Float32Array(count * made);
  const windows = Array.from({ length: count }, (_, i) =>
    recorded((values[input.name] as Float32Array).subarray(i * taken, (i + 1) * taken), cut.size.width),
  );
  for (const [i, embedded] of embedder.embedAll(windows).entries()) {
    const rows = new Float32Array(input.rows * input.feature.width);
    rows.set(embedded);
    all.set(input.window ? input.window.compute(rows) : rows, i * made);
  }
  return all;
}

/** The rows before the first that lies behind the end of the recording. */
function recorded(window: Float32Array, width: number): Float32Array {
  let rows = window.length / width;
  while (rows > 0 && Number.isNaN(window[(rows - 1) * width])) rows--;
  return window.subarray(0, rows * width);
}

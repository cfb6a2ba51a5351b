/**
 * The network of Vavilov's thesis, piano or other, with every layer written out (docs/plain-networks.md): one-second clips
 * at 16 kHz, struck strings against bowed ones, made here by formulas, so that it shows how training works and says nothing
 * about instruments. Run it after "npm run setup": node dist/experiments/plain/struck-or-bowed.js [epochs]
 */
import { logMelSpectrogram } from 'polytag/features';
import {
  dataGenerator,
  type ExampleSource,
  loadPlainNetwork,
  type PlainExample,
  PlainNetwork,
  type PlainNetworkSpec,
  savePlainNetwork,
} from 'polytag/plain';

const RATE = 16_000;
const MEL = { sampleRate: RATE, nFft: 1024, hopLength: 512, melBands: 40 };
const CLASSES = ['struck', 'bowed'];

/** Numbers in [0, 1) that depend on a seed alone (mulberry32). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A tone of eight partials: struck ones begin at once and die away, bowed ones swell, waver and stay. */
function clip(index: number): { samples: Float32Array; class: number } {
  const random = uniforms(index + 1);
  const kind = index % 2;
  const pitch = 110 * 2 ** (3 * random());
  const begin = 0.3 * random();
  const [decay, swell, noise] = [2 + 4 * random(), 3 + 5 * random(), 0.02 * random()];
  const samples = Float32Array.from({ length: RATE }, (_, n) => {
    const t = n / RATE - begin;
    let value = noise * (2 * random() - 1);
    for (let k = 1; t > 0 && k <= 8; k++) {
      const envelope = kind === 0 ? Math.exp(-decay * k ** 0.5 * t) : 1 - Math.exp(-swell * t);
      const waver = kind === 0 ? 0 : 0.02 * k * Math.sin(2 * Math.PI * 5.5 * t);
      value += (0.3 / k) * envelope * Math.sin(2 * Math.PI * pitch * k * t + waver);
    }
    return value;
  });
  return { samples, class: kind };
}

/** Clips by number as log-mel spectrograms; each is made when its batch is, as a file would be read then. */
function clips(count: number, first: number): ExampleSource {
  const read = (index: number): PlainExample => {
    const { samples, class: kind } = clip(first + index);
    return { values: logMelSpectrogram(samples, MEL).values, class: kind };
  };
  return { count, shape: [32, MEL.melBands, 1], read };
}

const convolutions = (['input', 8, 16] as const).flatMap((filters): PlainNetworkSpec['layers'] =>
  filters === 'input'
    ? [{ kind: 'input' }, { kind: 'batchNorm' }]
    : [
        { kind: 'conv2d', filters, size: [3, 3] },
        { kind: 'activation', function: 'relu' },
        { kind: 'maxPool', size: [2, 2] },
        { kind: 'batchNorm' },
      ],
);

const spec: PlainNetworkSpec = {
  shape: [32, MEL.melBands, 1],
  layers: [
    ...convolutions,
    { kind: 'flatten' },
    { kind: 'dense', units: 32 },
    { kind: 'activation', function: 'relu' },
    { kind: 'dropout', rate: 0.5 },
    { kind: 'dense', units: CLASSES.length },
  ],
  learningRate: 0.001,
  seed: 1,
};

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const epochs = Number(process.argv[2] ?? 5);
const training = dataGenerator(clips(192, 0), 32, spec.seed);
const test = await dataGenerator(clips(64, 10_000), 64, spec.seed).batch(0);

let network = new PlainNetwork(spec);
for (let epoch = 1; epoch <= epochs; epoch++) {
  let [loss, steps] = [0, 0];
  for await (const step of network.train(training, epoch * training.perEpoch)) {
    loss += step.loss;
    steps++;
  }
  // As after a stop: what goes on is read back, and the bits are those of a training without one.
  network = loadPlainNetwork(savePlainNetwork(network));
  const { accuracy } = network.evaluate(test);
  print(`epoch ${epoch}: loss ${(loss / steps).toFixed(4)}, accuracy on new clips ${accuracy.toFixed(3)}`);
}

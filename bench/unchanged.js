// Runs a fixed set of experiments with the commands of one checkout and prints a hash of everything they computed, so
// that two checkouts can be compared to the bit:
//
//   node bench/unchanged.js CHECKOUT > before.txt
//   node bench/unchanged.js before.txt CHECKOUT [--engine tensorflow|wasm] [--work DIR]
//
// Each checkout must be set up (npm ci && npm run setup). A file is the output of an earlier call. With two or more,
// the lines that differ from the first one's are marked and the exit code is 1. Plain JavaScript that only types
// commands, so that it runs the same against any version. Takes about nine minutes a checkout on two cores.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { work: { type: 'string' }, engine: { type: 'string' } },
});
if (positionals.length === 0) {
  process.stderr.write('Usage: node bench/unchanged.js CHECKOUT|FILE … [--engine NAME] [--work DIR]\n');
  process.exit(2);
}

const ENGINES = values.engine ? [values.engine] : ['tensorflow', 'wasm'];
const SMALL = ['training.epochs=2', 'training.batch_size=8', 'evaluation.bootstrap_samples=20'];
/** Config and overrides of each experiment; `~` removes a key. */
const EXPERIMENTS = {
  'mini-mtat': ['mini-mtat.yaml'],
  mtat: [
    'mtat.yaml',
    'model.branches.waveform.channels=[16,16,32,32,32,32]',
    'model.branches.mel.channels=[8,16,16,16]',
  ],
  musicnn: ['musicnn.yaml'],
  baseline: ['mini-mtat-baseline.yaml', 'data.target=tags'],
  'mfcc-baseline': [
    'mini-mtat-baseline.yaml',
    'data.target=tags',
    '~inputs.lyrics',
    'model.baseline.features.kind=mfcc',
    'model.baseline.classifier.kind=k-nn',
  ],
  'everything-else': [
    'mini-mtat.yaml',
    'model.branches.waveform={}',
    'model.branches.mel.segmentation=adaptive',
    'model.branches.mel.channels=[8,16,16]',
    'model.absent_token=true',
    'training.modality_dropout=0.2',
    'training.augment={noise: {}, gain: {}, pitch_shift: {}, mixup: {}, spec_augment: {}}',
    'evaluation.conditions=[{absent: [lyrics]}, {noise: {snr: 10}}, {shuffled_lyrics: true}, {clips: with-lyrics}]',
  ],
};
/** Runs whose models tag recordings, and options of the command. */
const TAGGED = { 'mini-mtat': ['--lyrics'], musicnn: [], 'everything-else': ['--lyrics'] };

const hashText = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);
const hash = (path) => hashText(readFileSync(path));

/** Files below a folder, sorted. */
function filesBelow(folder, ending) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return filesBelow(path, ending);
      return path.endsWith(ending) ? [path] : [];
    });
}

function record(checkout, work) {
  const lines = new Map();
  const polytag = (engine, ...words) =>
    execFileSync(process.execPath, [join(checkout, 'bin/polytag.js'), ...words], {
      cwd: checkout,
      // The decoder that every checkout has.
      env: {
        ...process.env,
        POLYTAG_ENGINE: engine,
        POLYTAG_DECODER: 'wasm',
        TF_NUM_INTRAOP_THREADS: '2',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const corpus = join(work, 'corpus');
  polytag('wasm', 'data', 'synth', corpus, '--clips', '96', '--seconds', '5', '--seed', '7');
  const recordings = filesBelow(corpus, '.mp3').slice(0, 6);
  for (const engine of ENGINES) {
    const store = join(work, engine, 'store');
    for (const [name, [config, ...overrides]] of Object.entries(EXPERIMENTS)) {
      const out = join(work, engine, name);
      const keys = [`data.root=${corpus}`, `inputs.store=${store}`, ...SMALL, ...overrides];
      const fitting = name.includes('baseline') ? keys.filter((key) => !key.startsWith('training.')) : keys;
      polytag(engine, 'run', join(checkout, 'configs', config), ...fitting, '--out', out);
      for (const path of [join(out, 'model'), join(out, 'predictions.parquet')]) {
        const files = statSync(path).isDirectory()
          ? filesBelow(path, '').filter((file) => !file.endsWith('.json'))
          : [path];
        for (const file of files) lines.set(`${engine} ${name} ${file.slice(out.length + 1)}`, hash(file));
      }
      const metrics = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'));
      if (metrics.training) delete metrics.training.seconds;
      lines.set(
        `${engine} ${name} metrics.json`,
        createHash('sha256').update(JSON.stringify(metrics)).digest('hex').slice(0, 16),
      );
      const conditions = join(out, 'conditions.json');
      if (existsSync(conditions)) lines.set(`${engine} ${name} conditions.json`, hash(conditions));
    }
    for (const [name, options] of Object.entries(TAGGED)) {
      const lyrics = options.includes('--lyrics') ? ['--lyrics', join(corpus, 'lyrics')] : [];
      for (const [i, recording] of recordings.entries()) {
        const table = join(work, engine, `${name}-${i}.csv`);
        polytag(engine, 'tag', recording, '--model', join(work, engine, name), '--out', table, ...lyrics);
        lines.set(
          `${engine} tag ${name} recording ${i + 1}`,
          hashText(readFileSync(table, 'utf8').replaceAll(work, '')),
        );
      }
    }
    lines.set(
      `${engine} feature-store keys`,
      createHash('sha256')
        .update(
          readdirSync(store)
            .filter((name) => statSync(join(store, name)).isDirectory())
            .sort()
            .join('\n'),
        )
        .digest('hex')
        .slice(0, 16),
    );
  }
  return lines;
}

/** Reads what an earlier call printed. */
function readRecord(file) {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => /^. (.*): (\w+)$/.exec(line));
  return new Map(lines.filter(Boolean).map(([, line, value]) => [line, value]));
}

const records = positionals.map((checkout) => {
  if (statSync(checkout).isFile()) return readRecord(checkout);
  // The same path for every checkout: a run's record and a table's rows hold paths.
  const work = values.work ? resolve(values.work) : join(tmpdir(), 'polytag-unchanged');
  rmSync(work, { recursive: true, force: true });
  try {
    return record(resolve(checkout), work);
  } catch (error) {
    process.stderr.write(`${checkout}: ${error.stderr ?? error.message}\n`);
    return process.exit(1);
  } finally {
    if (!values.work) rmSync(work, { recursive: true, force: true });
  }
});

let differing = 0;
const compared = [...records[0]].filter(([line]) => ENGINES.some((engine) => line.startsWith(`${engine} `)));
for (const [line, first] of compared) {
  const others = records.slice(1).map((lines) => lines.get(line) ?? 'absent');
  const differs = others.some((value) => value !== first);
  if (differs) differing++;
  process.stdout.write(
    `${differs ? '≠' : records.length > 1 ? '=' : ' '} ${line}: ${[first, ...others].join(' ')}\n`,
  );
}
if (records.length > 1)
  process.stdout.write(
    `${compared.length - differing} of ${compared.length} results are equal to the bit.\n`,
  );
process.exitCode = differing > 0 ? 1 : 0;

// Everything after `npm ci`: compiles the sources, nodejieba and the native engine. Plain JavaScript, because it
// runs before anything is compiled. Run it as often as you like: what is in place is left alone.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const terminal = process.stderr.isTTY === true;

const say = (line) => process.stderr.write(`${terminal ? '\r\x1b[K' : ''}${line}\n`);
const report = (step, message, seconds) => say(`${step}: ${message} (${seconds.toFixed(1)} s)`);

// Child processes get the signal too; what they leave half done is removed by the next run.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    say('Stopped; run "npm run setup" to go on.');
    process.exit(code);
  });
}

/** Time of the latest change in a folder of sources; a removed file counts through its folder. */
function latestChange(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? latestChange(path) : statSync(path).mtimeMs);
  }, statSync(folder).mtimeMs);
}

/** Runs the TypeScript compiler. */
async function compile(project) {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const code = await new Promise((done, fail) => {
    const compiler = spawn(process.execPath, [tsc, '-p', join(root, project)], { stdio: 'inherit' });
    compiler.on('error', fail);
    compiler.on('close', done);
  });
  if (code !== 0) throw new Error('the TypeScript compiler found errors (above)');
}

/** Compiles src/ to dist/ and experiments/ to dist/experiments/; an installed package comes compiled and has no src/. */
async function build() {
  const source = join(root, 'src');
  if (!existsSync(source)) return 'comes with the package';
  const configs = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
    join(root, name),
  );
  const changed = Math.max(
    latestChange(source),
    latestChange(join(root, 'experiments')),
    ...configs.filter(existsSync).map((path) => statSync(path).mtimeMs),
  );
  // Not the compiler's own record, which it also writes when there are errors.
  const stamp = join(root, 'dist', '.compiled');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return 'is up to date';
  const { buildSimd } = await import('./build-simd.js');
  await buildSimd(root);
  // The experiments import what src/ was compiled to.
  for (const project of ['tsconfig.build.json', join('experiments', 'tsconfig.json')]) await compile(project);
  writeFileSync(stamp, '');
  return 'compiled';
}

/** Shows how far a download is: a bar on a terminal, a line every ten seconds elsewhere. */
function downloadReport(startProgress) {
  let bar = null;
  let lastLine = Date.now();
  return {
    onBytes: (done, total) => {
      const [part, whole] = [done, total].map((bytes) => Math.round(bytes / 1e6));
      if (terminal) {
        bar ??= startProgress('Downloading', whole, 'MB');
        bar.update(part);
      } else if (Date.now() - lastLine > 10_000) {
        lastLine = Date.now();
        say(`engine: ${part} of ${whole} MB`);
      }
    },
    stop: () => {
      bar?.stop();
      bar = null;
    },
  };
}

async function setUp() {
  const started = performance.now();
  try {
    const message = await build();
    report('dist', message, (performance.now() - started) / 1000);
  } catch (error) {
    say(`dist: ${error.message}; correct them and run "npm run setup" again.`);
    process.exitCode = 1;
    return;
  }
  const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
  const { setUpNodejieba } = await load('install/nodejieba.js');
  const { installEngine } = await load('install/install.js');
  const { startProgress } = await load('base/progress.js');

  const segmenter = await setUpNodejieba({ log: (line) => say(`segmentation: ${line}`) });
  report('segmentation', segmenter.message, segmenter.seconds);

  const download = downloadReport(startProgress);
  const log = (line) => {
    download.stop();
    say(`engine: ${line}`);
  };
  const engine = await installEngine({ gpu: false, keep: true, log, onBytes: download.onBytes });
  download.stop();
  const fallback = engine.status === 'unavailable' ? ' The wasm engine is used instead.' : '';
  report('engine', `${engine.message}${fallback}`, engine.seconds);
}

await setUp();

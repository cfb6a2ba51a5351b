// Everything after `npm ci` in a checkout: compiles the sources, then does what `polytag setup` does. Plain JavaScript,
// because it runs before anything is compiled. Run it as often as you like: what is in place is left alone.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const terminal = process.stderr.isTTY === true;

const say = (line) => process.stderr.write(`${terminal ? '\r\x1b[K' : ''}${line}\n`);

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

/** Compiles src/ to dist/, experiments/ to dist/experiments/, and the studio's page to dist/studio/page/. */
async function build() {
  const source = join(root, 'src');
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
  const { buildStudio } = await import('./build-studio.js');
  await buildStudio(root);
  writeFileSync(stamp, '');
  return 'compiled';
}

async function setUp() {
  const started = performance.now();
  try {
    const message = await build();
    say(`dist: ${message} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    say(`dist: ${error.message}; correct them and run "npm run setup" again.`);
    process.exitCode = 1;
    return;
  }
  const { setUp: setUpNativeParts } = await import(pathToFileURL(join(root, 'dist/install/set-up.js')).href);
  await setUpNativeParts(say);
}

await setUp();

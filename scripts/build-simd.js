// Compiles src/simd/assembly (AssemblyScript) to WebAssembly and writes it as modules that Node and browsers import
// without a further file. Run it as often as you like: what is up to date is left alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Changes whenever the compiler or its options do. */
const OPTIONS = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--use', 'abort='];

/** The module of training works on the memory of TensorFlow.js's back end. */
const IMPORTED = ['--importMemory', '--noExportMemory'];

/** The module of threads works on a shared memory that its caller makes. */
const SHARED = ['--enable', 'threads', '--importMemory', '--sharedMemory', '--maximumMemory', '65536'];

/** Folders of sources, what is made of each, and the options that it adds. */
const MODULES = [
  { folder: 'assembly', output: 'module.generated.ts', options: [] },
  { folder: 'assembly/word2vec', output: 'word2vec.generated.ts', options: SHARED },
  { folder: 'assembly/codes', output: 'codes.generated.ts', options: [] },
  { folder: 'assembly/training', output: 'training.generated.ts', options: IMPORTED },
];

/**
 * Compiles what has changed.
 *
 * @param {string} root the project's folder
 * @returns {Promise<void>}
 */
export async function buildSimd(root) {
  for (const module of MODULES) await buildModule(join(root, 'src', 'simd'), module);
}

async function buildModule(simd, { folder, output, options: added }) {
  const sourceFolder = join(simd, folder);
  const generated = join(simd, output);
  const options = [...OPTIONS, ...added];
  const require = createRequire(import.meta.url);
  const packageFile = require.resolve('assemblyscript/package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
  const sources = readdirSync(sourceFolder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const hash = createHash('sha256').update(JSON.stringify([version, options]));
  for (const name of sources) hash.update(readFileSync(join(sourceFolder, name)));
  const stamp = `// Compiled from src/simd/${folder}, ${hash.digest('hex').slice(0, 16)}`;
  if (existsSync(generated) && readFileSync(generated, 'utf8').startsWith(stamp)) return;
  const binary = join(simd, `module.${process.pid}.wasm`);
  const compiler = join(dirname(packageFile), 'bin', 'asc.js');
  const entry = join(sourceFolder, 'index.ts');
  try {
    const code = await new Promise((done, fail) => {
      const child = spawn(process.execPath, [compiler, entry, '-o', binary, ...options], {
        stdio: 'inherit',
      });
      child.on('error', fail);
      child.on('close', done);
    });
    if (code !== 0) throw new Error('the AssemblyScript compiler found errors (above)');
    const base64 = readFileSync(binary).toString('base64');
    writeFileSync(
      generated,
      `${stamp}\n\n/** The module's bytes, base64. */\nexport const MODULE =\n  '${base64}';\n`,
    );
  } finally {
    rmSync(binary, { force: true });
  }
}

// Compiles src/simd/assembly (AssemblyScript) to WebAssembly and writes it as a module that Node and browsers import
// without a further file. Run it as often as you like: what is up to date is left alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Changes whenever the compiler or its options do. */
const OPTIONS = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--use', 'abort='];

/**
 * Compiles what has changed.
 *
 * @param {string} root the project's folder
 * @returns {Promise<void>}
 */
export async function buildSimd(root) {
  const folder = join(root, 'src', 'simd');
  const generated = join(folder, 'module.generated.ts');
  const require = createRequire(import.meta.url);
  const packageFile = require.resolve('assemblyscript/package.json');
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
  const sources = readdirSync(join(folder, 'assembly'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const hash = createHash('sha256').update(JSON.stringify([version, OPTIONS]));
  for (const name of sources) hash.update(readFileSync(join(folder, 'assembly', name)));
  const stamp = `// Compiled from src/simd/assembly, ${hash.digest('hex').slice(0, 16)}`;
  if (existsSync(generated) && readFileSync(generated, 'utf8').startsWith(stamp)) return;
  const output = join(folder, `module.${process.pid}.wasm`);
  const compiler = join(dirname(packageFile), 'bin', 'asc.js');
  const entry = join(folder, 'assembly', 'index.ts');
  try {
    const code = await new Promise((done, fail) => {
      const child = spawn(process.execPath, [compiler, entry, '-o', output, ...OPTIONS], {
        stdio: 'inherit',
      });
      child.on('error', fail);
      child.on('close', done);
    });
    if (code !== 0) throw new Error('the AssemblyScript compiler found errors (above)');
    const base64 = readFileSync(output).toString('base64');
    writeFileSync(
      generated,
      `${stamp}\n\n/** The module's bytes, base64. */\nexport const MODULE =\n  '${base64}';\n`,
    );
  } finally {
    rmSync(output, { force: true });
  }
}

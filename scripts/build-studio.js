// Builds the studio's page from src/studio/page into dist/studio/page, with the bank of sounds that it has built in:
// `node scripts/build-studio.js`, after src has been compiled.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

/** The colours of all pages, as a style sheet. */
const palette = (root) => ({
  name: 'polytag-palette',
  resolveId: (id) => (id === 'virtual:palette.css' ? '\0palette.css' : undefined),
  async load(id) {
    if (id !== '\0palette.css') return undefined;
    return (await import(pathToFileURL(join(root, 'dist/report/kit/style.js')).href)).PALETTE;
  },
});

/** Leaves out what `browser` in package.json leaves out of other bundles: modules that need Node. */
const withoutNodeParts = (root) => {
  const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const left = new Set(
    Object.keys(browser).map((path) =>
      resolve(root, path.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
    ),
  );
  return {
    name: 'polytag-without-node-parts',
    enforce: 'pre',
    // What verovio imports of Node it imports in Node alone.
    resolveId: (id) => (id === 'node:module' || id === 'module' ? '\0empty' : undefined),
    load: (id) =>
      id === '\0empty' || left.has(id.replace(/\?.*$/, ''))
        ? 'export const createRequire = null;'
        : undefined,
  };
};

// The decoder of AAC is under the GPL; without it the page says that it cannot decode AAC, which the server can.
const rolldownOptions = { external: ['@audio/decode-aac'], checks: { pluginTimings: false } };

/** Builds the page of the project in a folder. */
export async function buildStudio(root) {
  const out = join(root, 'dist/studio/page');
  const plugins = () => [palette(root), withoutNodeParts(root)];
  await build({
    root: join(root, 'src/studio/page'),
    configFile: false,
    base: './',
    logLevel: 'warn',
    plugins: plugins(),
    worker: { format: 'es', plugins, rolldownOptions },
    build: {
      ...{ outDir: out, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: false },
      rolldownOptions,
    },
  });
  const require = createRequire(join(root, 'package.json'));
  // TensorFlow.js fetches the file that suits the browser when a recording is first tagged.
  const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
  for (const name of ['tfjs-backend-wasm', 'tfjs-backend-wasm-simd', 'tfjs-backend-wasm-threaded-simd'])
    cpSync(join(wasm, `${name}.wasm`), join(out, 'wasm', `${name}.wasm`));
  const fonts = join(dirname(require.resolve('@coderline/alphatab')), 'soundfont');
  mkdirSync(join(root, 'dist/studio/banks'), { recursive: true });
  // Uncompressed, so that no sample has to be decoded while it plays.
  cpSync(join(fonts, 'sonivox.sf2'), join(root, 'dist/studio/banks/sonivox.sf2'));
  cpSync(join(fonts, 'LICENSE'), join(root, 'dist/studio/banks/sonivox-LICENSE.txt'));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await buildStudio(fileURLToPath(new URL('..', import.meta.url)));

/** The package as a stranger has it: packed, installed into an empty folder, used from Node, bundled, in Chromium. */
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build as esbuild, transform } from 'esbuild';
import type { Page } from 'playwright-core';
import { createLogger, build as vite } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { BROWSER, launchChromium } from '../chromium.js';
import { type Outcome, startProgram } from '../workplace.js';

const root = join(import.meta.dirname, '..', '..');
const folder = await mkdtemp(join(tmpdir(), 'polytag-packed-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

// What npm tells the scripts that it runs is not for the npm that runs here; nor is the decoder of the other tests.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_.*|POLYTAG_DECODER)$/i.test(name)),
);
const run = (program: string, args: string[], cwd = folder): Promise<Outcome> =>
  startProgram(program, args, {
    cwd,
    env: { ...env, POLYTAG_CACHE: join(folder, 'cache'), POLYTAG_ENGINE: 'wasm' } as Record<string, string>,
  }).outcome;
const polytag = (...args: string[]): Promise<Outcome> =>
  run(process.execPath, [join('node_modules', 'polytag', 'bin', 'polytag.js'), ...args]);
const script = (code: string, ...options: string[]): Promise<Outcome> =>
  run(process.execPath, [...options, '--input-type=module', '-e', code]);

async function install(): Promise<boolean> {
  const packed = await run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
    root,
  );
  expect([packed.code, packed.stderr]).toEqual([0, '']);
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  const { code, stderr } = await run('npm', ['install', '--prefer-offline', packed.stdout.trim()]);
  if (code === 0) return true;
  if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(stderr)) throw new Error(stderr);
  process.stderr.write('The packed package is not tried: the npm registry cannot be reached.\n');
  return false;
}
const installed = await install();

/** The code of the first example of a file, or of the one that has a word. */
async function exampleOf(file: string, word: string): Promise<string> {
  const text = await readFile(join(root, file), 'utf8');
  const codes = [...text.matchAll(/@example\n([\s\S]*?)\*\//g)].map(([, code]) =>
    code.replace(/^ \* ?/gm, ''),
  );
  return codes.find((code) => code.includes(word))!.trim();
}

/** Every kind of branch, with what the WebAssembly back end does not have of its own. */
const EVERY_BRANCH = `name: every
data: { root: data/quickstart-small, top_tags: 12 }
inputs: { chunk_seconds: 1, pre_emphasis: 0.97, mel: { bands: 16 }, lyrics: { max_tokens: 16 } }
model:
  branches:
    mel: { channels: [4, 4], features: 8, lstm_units: 4, lstm_norm: true, segmentation: adaptive, segment_levels: all, max_segments: 8 }
    waveform: { channels: [4, 4, 4, 4, 4], features: 8 }
    lyrics: { embedding: 8, filters: 4, hidden_dropout: 0.5 }
    harmony: { input: chroma, channels: [4, 4], features: 8 }
  fusion: { kind: self-attention, heads: 2, features: 8, attention: 4, hidden: 8 }
training: { epochs: 1, batch_size: 8 }
evaluation: { bootstrap_samples: 20, examples: 1 }
`;

/** Writes the name of each module that is loaded to standard error. */
const TRACE = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export const load = (url, context, next) => (writeSync(2, url + '\\\\n'), next(url, context));\`));
`)}`;

describe.skipIf(!installed)('installed into an empty folder', () => {
  it('has three install scripts: one only prints, two only look for a binary or compile', async () => {
    const lock = JSON.parse(await readFile(join(folder, 'node_modules', '.package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: true }>;
    };
    const scripted = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripted.map(([path]) => path)).toEqual([
      'node_modules/core-js',
      'node_modules/koffi',
      'node_modules/usearch',
    ]);
    const koffi = await readFile(join(folder, 'node_modules', 'koffi', 'cnoke.cjs'), 'utf8');
    const modules = [...koffi.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    expect(modules).toContain('node:fs');
    expect(modules.filter((name) => /http|net|dns|tls/.test(name))).toEqual([]);
    const postinstall = await readFile(join(folder, 'node_modules', 'core-js', 'postinstall.js'), 'utf8');
    const required = [...postinstall.matchAll(/require\('([^']+)'\)/g)].map(([, name]) => name);
    expect(new Set(required)).toEqual(new Set(['fs', 'os', 'path']));
    const usearch = join(folder, 'node_modules', 'usearch');
    const { scripts } = JSON.parse(await readFile(join(usearch, 'package.json'), 'utf8'));
    expect(scripts.install).toBe('node-gyp-build');
    expect(await readdir(join(usearch, 'prebuilds'))).toEqual(
      expect.arrayContaining(['linux-x64', 'linux-arm64']),
    );
  });

  it('holds no tests, compiler records or source maps', async () => {
    const files = await readdir(join(folder, 'node_modules', 'polytag'), { recursive: true });
    expect(files.filter((file) => /\.map$|with-bench|\.tsbuildinfo|\.test\.|^scripts/.test(file))).toEqual(
      [],
    );
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', join('configs', 'mtat.yaml'), join('docs', 'library.md')]),
    );
  });

  it('says what is missing, and what to do about it there', { timeout: 60_000 }, async () => {
    const { code, stdout } = await polytag('doctor');
    expect([code, stdout]).toEqual([0, expect.stringContaining('polytag setup')]);
    expect(stdout).not.toMatch(/npm ci|npm run/);
  });

  it('fetches what the set-up wants into the cache, without its install script', {
    timeout: 120_000,
  }, async () => {
    const { stdout, stderr } = await script(`
      import { existsSync } from 'node:fs';
      import { runCommand } from './node_modules/polytag/dist/install/command.js';
      import { ensureOptional } from './node_modules/polytag/dist/install/optional-package.js';
      const options = { cache: process.cwd() + '/fetched', run: runCommand, log: () => {} };
      Object.assign(process.env, { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' });
      const failure = await ensureOptional('nodejieba', options).catch(({ message }) => message);
      delete process.env.npm_config_registry;
      const folder = await ensureOptional('nodejieba', options);
      console.log(JSON.stringify({ failure, folder, built: existsSync(folder + '/build') }));`);
    const place = join(folder, 'fetched', 'packages', 'nodejieba-3.5.8', 'node_modules', 'nodejieba');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      failure: expect.stringMatching(/^nodejieba@3\.5\.8 could not be fetched \(.*127\.0\.0\.1:9.*\)\.$/),
      folder: place,
      built: false,
    });
  });

  it.each(['audio', 'features'])('polytag/%s loads no tensors', async (name) => {
    const { code, stderr } = await script(`await import('polytag/${name}')`, '--import', TRACE);
    expect(code).toBe(0);
    expect(stderr).toContain(`polytag/dist/${name}/index.js`);
    expect(stderr).not.toMatch(/@tensorflow|apache-arrow/);
  });

  it('trains, tags, and finds its own configs and studies', { timeout: 180_000 }, async () => {
    const quickstart = await polytag('quickstart', '--small');
    expect([quickstart.code, quickstart.stdout]).toEqual([
      0,
      expect.stringContaining(`Report: ${join('reports', 'quickstart', 'report.html')}`),
    ]);
    const tagged = await polytag(
      'tag',
      'data/quickstart-small/0',
      '--model',
      'reports/quickstart',
      '--out',
      'tags.csv',
    );
    expect([tagged.code, await readFile(join(folder, 'tags.csv'), 'utf8')]).toEqual([
      0,
      expect.stringContaining('.mp3'),
    ]);
    const mtat = await polytag('run', 'configs/mtat.yaml');
    expect([mtat.code, mtat.stderr]).toEqual([2, expect.stringContaining('data/mtat')]);
    const study = await polytag('study', 'five-group');
    expect([study.code, study.stderr]).toEqual([2, expect.stringContaining('did you mean "five-groups"?')]);
  });

  it('decodes by libsndfile, and without the optional package by WebAssembly, which it says', {
    timeout: 120_000,
  }, async () => {
    const clips = await readdir(join(folder, 'data', 'quickstart-small', '0'));
    const clip = join('data', 'quickstart-small', '0', clips.find((name) => name.endsWith('.mp3'))!);
    const decoder = async (): Promise<string> =>
      JSON.parse((await polytag('features', clip, '--kind', 'rms', '--json')).stdout).decoder;
    expect(await decoder()).toMatch(/^mpg123-decoder/);
    const { stdout } = await script(`
      import { setUpDecoder } from './node_modules/polytag/dist/install/decoder.js';
      console.log(JSON.stringify(await setUpDecoder({ log: () => {} })));`);
    const { status, message } = JSON.parse(stdout);
    if (status === 'installed') expect(await decoder()).toMatch(/^libsndfile 1\.2\.2 /);
    else process.stderr.write(`libsndfile is not tried: ${message}\n`);
    // As after `npm install --omit=optional`.
    const koffi = join(folder, 'node_modules', 'koffi');
    await rename(koffi, `${koffi}-away`);
    try {
      expect(await decoder()).toMatch(/^mpg123-decoder/);
      if (status === 'installed')
        expect((await polytag('doctor')).stdout).toMatch(
          /missing +Decoder +WebAssembly; libsndfile is not used: the optional package koffi/,
        );
    } finally {
      await rename(`${koffi}-away`, koffi);
    }
  });

  it("runs the README's lines of TypeScript in Node", { timeout: 60_000 }, async () => {
    const lines = await exampleOf('src/index.ts', 'loadTagger(');
    const clips = await readdir(join(folder, 'data', 'quickstart-small', '0'));
    await copyFile(
      join(folder, 'data', 'quickstart-small', '0', clips.find((name) => name.endsWith('.mp3'))!),
      join(folder, 'song.mp3'),
    );
    await writeFile(join(folder, 'lines.ts'), lines);
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const flags = '--noEmit --strict --skipLibCheck --target es2022 --module nodenext --types'.split(' ');
    const types = join(root, 'node_modules', '@types', 'node');
    const checked = await run(process.execPath, [tsc, ...flags, types, 'lines.ts']);
    expect([checked.code, checked.stdout]).toEqual([0, '']);
    const { code } = await transform(lines, { loader: 'ts' });
    expect((await script(code)).stdout).toMatch(/^.+ 0\.\d+$/m);
  });
});

describe.skipIf(!installed)('bundled for browsers', () => {
  it.each(['audio', 'features', 'text', 'browser'])(
    'polytag/%s, by esbuild: no Node module, no warning',
    async (name) => {
      const { warnings, metafile } = await esbuild({
        stdin: { contents: `export * from 'polytag/${name}';`, resolveDir: folder },
        bundle: true,
        format: 'esm',
        platform: 'browser',
        metafile: true,
        write: false,
        logLevel: 'silent',
      });
      expect(warnings).toEqual([]);
      expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
      const tensors = Object.keys(metafile.inputs).filter((path) => path.includes('@tensorflow'));
      expect(tensors.length > 0).toBe(name === 'browser');
    },
  );

  it('a page, by Vite: in Chromium it tags as Node does', { timeout: 240_000 }, async (context) => {
    if (!BROWSER) context.skip('Chromium is not installed');
    await makePage();
    const warnings: string[] = [];
    const customLogger = { ...createLogger('silent'), warn: (line: string) => void warnings.push(line) };
    const here = JSON.parse((await script(SCORES_IN_NODE)).stdout) as Scores[];
    await vite({
      root: join(folder, 'page'),
      configFile: false,
      logLevel: 'silent',
      customLogger,
      build: { chunkSizeWarningLimit: 1e5 },
    });
    expect(warnings).toEqual([]);
    // Where there could be threads, those of TensorFlow.js do not start from a bundle with short names.
    for (const isolated of [false, true]) {
      const { there, printed } = await inChromium(join(folder, 'page', 'dist'), isolated);
      expect(printed).toEqual([expect.stringMatching(/^wasm .* \d+$/)]);
      for (const [i, { scores, attention }] of here.entries()) {
        expect(there[i].attention.length).toBe(attention.length);
        const worst = (a: number[], b: number[]): number =>
          Math.max(...a.map((value, at) => Math.abs(value - b[at])));
        expect(worst(scores, there[i].scores)).toBeLessThan(1e-5);
        for (const [branch, weights] of attention.entries())
          expect(worst(weights, there[i].attention[branch])).toBeLessThan(1e-5);
      }
    }
  });
});

interface Scores {
  scores: number[];
  attention: number[][];
}

/** Gives what a tagger says of a recording as arrays; both sides use it. */
const ALL_SCORES = `
const everything = (tagger, input) => ({
  scores: [...tagger.tag(input).scores],
  attention: tagger.attention(input).map(({ weights }) => [...weights]),
});`;

const SCORES_IN_NODE = `import { decodeAudio, loadTagger } from 'polytag';${ALL_SCORES}
const { channels: [samples], sampleRate } = await decodeAudio('page/public/song.wav', { mono: true });
const all = [];
for (const name of ['quickstart', 'every'])
  all.push(everything(await loadTagger('page/public/models/' + name), { samples, sampleRate, lyrics: 'a small song' }));
console.log(JSON.stringify(all));`;

/** A page with the example of polytag/browser as it stands, and what it needs beside it. */
async function makePage(): Promise<void> {
  const place = join(folder, 'page', 'public');
  await mkdir(place, { recursive: true });
  await writeFile(join(folder, 'every.yaml'), EVERY_BRANCH);
  const every = await polytag('run', 'every.yaml');
  expect([every.code, every.stderr]).toEqual([0, expect.any(String)]);
  for (const name of ['quickstart', 'every']) {
    const out = join(place, 'models', name);
    const exported = await polytag(
      'models',
      'export',
      `reports/${name}`,
      '--format',
      'safetensors',
      '--out',
      out,
    );
    expect(exported.code).toBe(0);
  }
  const wasm = join(folder, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist');
  for (const file of (await readdir(wasm)).filter((name) => name.endsWith('.wasm')))
    await cp(join(wasm, file), join(place, 'wasm', file));
  const glide = Float32Array.from({ length: 70_000 }, (_, n) => 0.4 * Math.sin(n * 0.05 + n * n * 1e-6));
  await writeFile(join(place, 'song.wav'), encodeWav([glide], 22_050));
  await writeFile(
    join(folder, 'page', 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.ts"></script>',
  );
  const other = `${ALL_SCORES}
const whole = { samples, sampleRate, lyrics: 'a small song' };
const every = await loadModel('/models/every', { wasmPaths: '/wasm/', backend: 'wasm' });
Object.assign(window, { result: [everything(tagger, whole), everything(every.tagger, whole)] });`;
  await writeFile(
    join(folder, 'page', 'main.ts'),
    `${await exampleOf('src/browser.ts', 'loadModel(')}\n${other}`,
  );
}

/** Opens the built page, perhaps cross-origin isolated; gives its scores and all that it printed. */
async function inChromium(site: string, isolated: boolean): Promise<{ there: Scores[]; printed: string[] }> {
  const types: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.wasm': 'application/wasm',
  };
  const server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const body = await readFile(join(site, path)).catch(() => null);
    response.writeHead(body ? 200 : 404, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      ...(isolated && {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  try {
    const page: Page = await browser.newPage();
    const printed: string[] = [];
    page.on('console', (message) => printed.push(message.text()));
    page.on('pageerror', (error) => printed.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.result !== undefined', undefined, { timeout: 60_000 }).catch(() => {
      throw new Error(`The page gives no result: ${printed.join('; ')}`);
    });
    return { there: (await page.evaluate('window.result')) as Scores[], printed };
  } finally {
    await browser.close();
    server.close();
  }
}

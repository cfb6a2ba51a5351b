/** Known models: the catalogue, and pulls from a server on loopback that has small graphs under the catalogue's paths. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure, UsageError } from '../../src/base/errors.js';
import { loadEngine } from '../../src/engine/engine.js';
import { extractors } from '../../src/hub/known/essentia-extractors.js';
import { FIRST_SEEN } from '../../src/hub/known/first-seen.js';
import { isKnown, KNOWN_NAMES, knownModels } from '../../src/hub/known/index.js';
import { knownCard, listKnown } from '../../src/hub/known/list.js';
import type { KnownModel } from '../../src/hub/known/model.js';
import { type PullKnownOptions, pullKnown } from '../../src/hub/known/pull.js';
import { loadPredictor, readGraphDescription } from '../../src/hub/model-folder.js';
import { PULLABLE_NAMES } from '../../src/hub/published/index.js';
import { cachedModels, requireModelName } from '../../src/hub/store.js';
import { Tagger } from '../../src/models/tagger.js';
import { sendAndDrop, startServer, type TestServer } from '../data/download/server.js';
import { availableEngines } from '../engine/available.js';
import { EXTRACTOR_JSON, extractorGraph, headGraph, headJson } from './graph/made-graphs.js';

describe('the catalogue', () => {
  it.each(KNOWN_NAMES)('%s has a name, a path and an extractor that fit together', (name) => {
    const { path, needs, frontEnd, sha256, bytes, what, licence, obstacle, labels } = knownModels[name];
    requireModelName(name);
    expect(path).toMatch(/^[a-z]+(-[a-z]+)*\/[\w-]+\/[\w-]+-\d$/);
    expect(
      path
        .split('/')
        .at(-1)!
        .replace(/(-bs(\d+|dynamic))?-\d$/, ''),
    ).toBe(name);
    if (sha256 !== null) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    if (bytes !== null) expect(bytes).toBeGreaterThan(10_000);
    expect([what, licence.text].every((text) => text.length > 3)).toBe(true);
    if (needs === null) expect(frontEnd === null).toBe(obstacle !== null);
    else {
      expect([extractors[needs as keyof typeof extractors], frontEnd]).toEqual([expect.anything(), null]);
      expect(labels).toBeGreaterThan(0);
      expect(KNOWN_NAMES.indexOf(needs)).toBeLessThan(KNOWN_NAMES.indexOf(name));
    }
    expect(knownCard(name)).toContain(licence.url);
  });

  it('has no file twice, and no name of a model that pip brings', () => {
    const all = Object.values(knownModels);
    expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
    const sums = all.flatMap(({ sha256 }) => sha256 ?? []);
    expect(new Set(sums).size).toBe(sums.length);
    expect(PULLABLE_NAMES.filter(isKnown)).toEqual([]);
  });
});

it('docs say of every model whether the real file was run', async () => {
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'known-models.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /\| (no|yes) \|$/.test(line));
  const named = new Set(
    rows.flatMap((row) => [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name)),
  );
  const kinds = KNOWN_NAMES.map((name) =>
    name.slice(0, name.length - (knownModels[name].needs?.length ?? -1) - 1),
  );
  expect([...named].sort()).toEqual([...new Set(kinds)].sort());
});

let server: TestServer;
let folder: string;
let scratch: string;
beforeAll(async () => {
  vi.stubEnv('POLYTAG_ONNX', 'own');
  await loadEngine(availableEngines[0]);
  scratch = await mkdtemp(join(tmpdir(), 'polytag-known-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(async () => {
  server = await startServer();
  folder = await mkdtemp(join(scratch, 'models-'));
});
afterEach(() => server.close());

/** Puts a file on the server. */
const serve = (path: string, content: Uint8Array | object): Buffer => {
  const bytes = Buffer.from(content instanceof Uint8Array ? content : JSON.stringify(content));
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}"`;
  server.files.set(path, { content: bytes, etag });
  return bytes;
};

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const NO_LICENCE_ASKED = { text: 'MIT', url: 'https://example.org/LICENSE', isAsked: false };

/** A catalogue of a network and classifiers of its embeddings, served whole. */
function catalogue(more: Record<string, Partial<KnownModel>> = {}): Record<string, KnownModel> {
  const { 'discogs-effnet': effnet } = extractors;
  const head = { ...knownModels['mood_happy-discogs-effnet'], sha256: null, bytes: null };
  serve('net/effnet-bsdynamic-1.onnx', extractorGraph());
  serve('net/effnet-bsdynamic-1.json', EXTRACTOR_JSON);
  const models: Record<string, KnownModel> = {
    effnet: { ...effnet, path: 'net/effnet-bsdynamic-1', sha256: null, bytes: null },
  };
  for (const name of ['happy', 'party']) {
    serve(`heads/${name}-effnet-1.onnx`, headGraph(name));
    serve(`heads/${name}-effnet-1.json`, headJson([name, `not_${name}`]));
    models[`${name}-effnet`] = { ...head, path: `heads/${name}-effnet-1`, needs: 'effnet' };
  }
  for (const [name, change] of Object.entries(more)) models[name] = { ...(models[name] ?? head), ...change };
  return models;
}

const lines: string[] = [];
const pull = (
  names: string[],
  known: Record<string, KnownModel>,
  more: Partial<PullKnownOptions> = {},
): Promise<string[]> =>
  pullKnown(
    names,
    {
      ...{ acceptLicence: true, mirror: server.url, folder, log: (line) => void lines.push(line) },
      policy: { attempts: 2, firstWait: 0, longestWait: 0, progressBytes: 1 << 20, stallSeconds: 5 },
      ...more,
    },
    known,
  );

const failureOf = (pulled: Promise<unknown>): Promise<Error> =>
  pulled.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
const paths = (): string[] => server.seen.map(({ path }) => path);
const downloads = (): Promise<string[]> => readdir(join(folder, '.downloads')).catch(() => []);

describe('a pull', () => {
  it('of a classifier brings its extractor, whose labels and those of others stand beside its own', async () => {
    const known = catalogue();
    lines.length = 0;
    expect(await pull(['happy-effnet'], known)).toEqual(
      ['effnet', 'happy-effnet'].map((name) => join(folder, name)),
    );
    expect(paths()).toEqual([
      ...['net/effnet-bsdynamic-1.json', 'net/effnet-bsdynamic-1.onnx'],
      ...['heads/happy-effnet-1.json', 'heads/happy-effnet-1.onnx'],
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^effnet, unknown; licence: CC BY-NC-SA 4\.0, .*\.$/));
    expect(await downloads()).toEqual([]);
    await pull(['party-effnet'], known);
    expect(paths().slice(4)).toEqual(['heads/party-effnet-1.json', 'heads/party-effnet-1.onnx']);
    // A classifier without its extractor's name.
    const both = await loadPredictor('effnet+happy+party', folder);
    expect(both.labels).toEqual([
      ...['rock', 'jazz', 'folk', 'techno'],
      ...['happy', 'not_happy', 'party', 'not_party'],
    ]);
    both.dispose();
    const description = await readGraphDescription(join(folder, 'happy-effnet'));
    expect(description).toMatchObject({
      extractor: 'effnet',
      origin: {
        source: 'https://essentia.upf.edu/models/heads/happy-effnet-1.onnx',
        sha256: sha256Of(headGraph('happy')),
        licence: expect.stringContaining('CC BY-NC-SA 4.0'),
      },
    });
  });

  it('of what is installed fetches nothing, and with force only what was named', async () => {
    const known = catalogue();
    await pull(['happy-effnet'], known);
    server.seen.length = 0;
    await pull(['happy-effnet'], known, { acceptLicence: false });
    expect(paths()).toEqual([]);
    await pull(['happy-effnet'], known, { force: true });
    expect(paths()).toEqual(['heads/happy-effnet-1.json', 'heads/happy-effnet-1.onnx']);
  });

  it('continues where the connection broke, also one of a process that was ended', async () => {
    const known = catalogue();
    const file = server.files.get('net/effnet-bsdynamic-1.onnx')!;
    server.misbehave = ({ path }, response) => {
      if (!path.endsWith('1.onnx')) return false;
      sendAndDrop(response, file, 0, 1000);
      return true;
    };
    const broken = await failureOf(pull(['effnet'], known, { policy: onceOnly }));
    expect(broken).toBeInstanceOf(Failure);
    expect(broken.message).toMatch(/could not be downloaded: .* what has arrived is kept/);
    expect(await downloads()).toContain('effnet-bsdynamic-1.onnx.part');
    server.misbehave = () => false;
    server.seen.length = 0;
    await pull(['effnet'], known);
    expect(server.seen.find(({ path }) => path.endsWith('.onnx'))?.range).toBe('bytes=1000-');
    expect(await cachedModels(folder)).toEqual(['effnet']);
    expect(sha256Of(await readFile(join(folder, 'effnet', 'graph.onnx')))).toBe(sha256Of(file.content));
    expect(await downloads()).toEqual([]);
  });

  it('asks for the licence before anything is fetched, once for all', async () => {
    const known = catalogue();
    const refused = await failureOf(pull(['happy-effnet'], known, { acceptLicence: false }));
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused.message).toBe(
      'The licence of effnet, happy-effnet: CC BY-NC-SA 4.0, not for commercial use, Music Technology Group, Universitat Pompeu Fabra (https://essentia.upf.edu/models/LICENSE); nothing was fetched: give --accept-licence if you accept it.',
    );
    expect(paths()).toEqual([]);
    const free = catalogue({ effnet: { licence: NO_LICENCE_ASKED } });
    await pull(['effnet'], free, { acceptLicence: false });
    expect(await cachedModels(folder)).toEqual(['effnet']);
  });

  it('refuses a graph that is not the known one', async () => {
    const known = catalogue({ effnet: { sha256: '0'.repeat(64) } });
    const refused = await failureOf(pull(['effnet'], known));
    expect(refused).toBeInstanceOf(Failure);
    expect(refused.message).toMatch(/effnet-bsdynamic-1\.onnx is not the published one/);
    expect([await cachedModels(folder), await downloads()]).toEqual([[], []]);
    const right = catalogue({ effnet: { sha256: sha256Of(extractorGraph()) } });
    await pull(['effnet'], right);
    expect(await cachedModels(folder)).toEqual(['effnet']);
  });

  it('records what a file was, and refuses another one until its line is removed', async () => {
    const known = catalogue();
    await pull(['happy-effnet'], known);
    const record = join(folder, FIRST_SEEN);
    expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({
      'net/effnet-bsdynamic-1.onnx': sha256Of(extractorGraph()),
      'heads/happy-effnet-1.onnx': sha256Of(headGraph('happy')),
      'heads/happy-effnet-1.json': expect.any(String),
    });
    serve('heads/happy-effnet-1.onnx', headGraph('another'));
    const changed = await failureOf(pull(['happy-effnet'], known, { force: true }));
    expect(changed).toBeInstanceOf(Failure);
    expect(changed.message).toMatch(
      /^heads\/happy-effnet-1\.onnx is not the file that was pulled first \(its SHA-256 is [0-9a-f]{12}…, that of the first [0-9a-f]{12}…\): .* remove its line from .*\.first-seen\.json\.$/,
    );
    const kept = await readFile(join(folder, 'happy-effnet', 'graph.onnx'));
    expect([sha256Of(kept), await downloads()]).toEqual([sha256Of(headGraph('happy')), []]);
    const lines = JSON.parse(await readFile(record, 'utf8'));
    delete lines['heads/happy-effnet-1.onnx'];
    await writeFile(record, JSON.stringify(lines));
    await pull(['happy-effnet'], known, { force: true });
    expect(sha256Of(await readFile(join(folder, 'happy-effnet', 'graph.onnx')))).toBe(
      sha256Of(headGraph('another')),
    );
  });

  it('says so where the record is damaged, a file is missing or an address is none', async () => {
    const known = catalogue();
    await writeFile(join(folder, FIRST_SEEN), '{"a": 1}');
    expect((await failureOf(pull(['effnet'], known))).message).toMatch(
      /\.first-seen\.json, the record of files that were pulled, cannot be read .*; remove it/,
    );
    await rm(join(folder, FIRST_SEEN));
    server.files.delete('net/effnet-bsdynamic-1.onnx');
    expect((await failureOf(pull(['effnet'], known))).message).toBe(
      `${server.url}net/effnet-bsdynamic-1.onnx answers 404: there is no such file; check the base URL, or give a mirror's.`,
    );
    expect((await failureOf(pull(['effnet'], known, { mirror: 'models' }))).message).toBe(
      '--mirror: "models" is not an address that begins with https:// or http://.',
    );
    expect(await cachedModels(folder)).toEqual([]);
  });

  it('refuses what cannot be run, with the reason', async () => {
    const refused = await failureOf(pull(['genre_discogs400-discogs-effnet'], knownModels));
    expect(refused).toBeInstanceOf(UsageError);
    expect(refused.message).toMatch(
      /published for TensorFlow only, and discogs-effnet has the same 400 styles itself\.$/,
    );
    expect(paths()).toEqual([]);
  });

  it('of numbers is a regression, which does not stand beside scores', async () => {
    const known = catalogue({
      'valence-effnet': { path: 'heads/valence-effnet-1', needs: 'effnet', isRegression: true },
    });
    serve('heads/valence-effnet-1.onnx', headGraph('valence', 'batch', 8, 'Identity'));
    serve('heads/valence-effnet-1.json', headJson(['valence', 'arousal']));
    await pull(['valence-effnet', 'happy-effnet'], known);
    const numbers = await loadPredictor('valence-effnet', folder);
    expect([numbers.labels, numbers.description.task]).toEqual([['valence', 'arousal'], 'regression']);
    numbers.dispose();
    await expect(loadPredictor('valence-effnet+happy-effnet', folder)).rejects.toThrow(
      'valence-effnet gives numbers on a scale of their own, and happy-effnet scores of labels; give them one by one.',
    );
  });

  it.each([
    { frontEnd: 'musicnn', frames: 187, bands: 96, patches: 12, step: (93 * 256) / 16_000 },
    { frontEnd: 'vggish', frames: 96, bands: 64, patches: 21, step: (93 * 160) / 16_000 },
    { frontEnd: 'tempocnn', frames: 256, bands: 40, isTurned: true, patches: 2, step: (128 * 512) / 11_025 },
    { frontEnd: 'maest-5s', frames: 316, bands: 96, batch: 1, patches: 3, step: (313 * 256) / 16_000 },
    { frontEnd: 'openl3', frames: 199, bands: 128, isTurned: true, patches: 20, step: 1 },
    { frontEnd: 'openl3-mel256', frames: 199, bands: 256, patches: 20, step: 1 },
  ] as const)('of a network with the front end $frontEnd tags by its patches', async (form) => {
    const { frontEnd, patches, step } = form;
    const known = catalogue({ effnet: { frontEnd } });
    serve('net/effnet-bsdynamic-1.onnx', extractorGraph(form));
    await pull(['effnet'], known);
    const tagger = new Tagger(await loadPredictor('effnet', folder), []);
    const length = 20 * 16_000;
    const samples = Float32Array.from({ length }, (_, i) => Math.sin(i / 7) * Math.sin(i / 4001));
    const { windows, scores } = tagger.tag({ samples, sampleRate: 16_000 });
    tagger.dispose();
    expect(windows.map(({ start }) => start)).toEqual(
      Array.from({ length: patches }, (_, i) => expect.closeTo(i * step, 6)),
    );
    expect([...scores].every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  it('lists what is here', async () => {
    const listed = await listKnown(folder);
    expect(listed.map(({ name }) => name)).toEqual(KNOWN_NAMES);
    expect(listed.find(({ name }) => name === 'discogs-effnet')).toMatchObject({
      state: 'to pull',
      bytes: 18_027_718,
      url: 'https://essentia.upf.edu/models/feature-extractors/discogs-effnet/discogs-effnet-bsdynamic-1.onnx',
    });
    await pull(['discogs-effnet'], { 'discogs-effnet': catalogue().effnet });
    expect((await listKnown(folder)).find(({ name }) => name === 'discogs-effnet')?.state).toBe('here');
    const state = (wanted: string) => listed.find(({ name }) => name === wanted)?.state;
    expect(state('discogs-maest-30s-pw-519l')).toBe('to pull');
    expect(state('genre_discogs400-discogs-effnet')).toBe('not supported');
  });
});

/** One try, so that a broken connection is not mended. */
const onceOnly = { attempts: 1, firstWait: 0, longestWait: 0, progressBytes: 1 << 20, stallSeconds: 5 };

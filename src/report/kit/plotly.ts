/**
 * The part of plotly.js that pages carry. Of the ten megabytes of plotly.js-dist, the modules that bars, heat maps and
 * scatter plots need are a quarter; gzipped and in base64 they are 0.7 MB.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Failure, messageOf } from '../../base/errors.js';

/** Plotly as it stands in a page. */
export interface PackedPlotly {
  /** Version and licence, shown in the page. */
  banner: string;
  /** The gzipped code in base64, which cannot end a script element. */
  base64: string;
}

/** Trace types that charts use besides scatter plots, which are always there. */
const TRACES = ['bar', 'heatmap'];

let packed: Promise<PackedPlotly> | undefined;

/**
 * Reads plotly.js-dist and packs what pages need of it, once per process. The bundle is read as text: it does not run
 * in Node.
 *
 * @throws Failure when the package is missing
 */
export function packedPlotly(): Promise<PackedPlotly> {
  packed ??= pack().catch((error) => {
    packed = undefined;
    throw error;
  });
  return packed;
}

async function pack(): Promise<PackedPlotly> {
  const require = createRequire(import.meta.url);
  let bundle: string;
  try {
    bundle = await readFile(require.resolve('plotly.js-dist'), 'utf8');
  } catch (error) {
    throw new Failure(
      `The report needs the package plotly.js-dist (${messageOf(error)}); install polytag again.`,
    );
  }
  const banner = /^\/\*+([\s\S]*?)\*\//.exec(bundle)?.[1] ?? ' plotly.js, MIT license ';
  const compressed = await promisify(gzip)(partOfPlotly(bundle) ?? bundle, { level: 9 });
  return { banner: banner.replace(/^[ *]+/gm, '').trim(), base64: compressed.toString('base64') };
}

/**
 * Leaves out of plotly.js-dist what nothing needs. The bundle is a list of modules, each under a comment with its file
 * name, that call each other by `require_…()` and `init_…()`; `lib/index.js` registers the trace types.
 *
 * @param bundle - text of plotly.js-dist
 * @returns the same library with bars, heat maps and scatter plots only; null when the bundle is built differently
 */
export function partOfPlotly(bundle: string): string | null {
  const starts = Array.from(bundle.matchAll(/^ {2}\/\/ \S+\.\w+\n/gm), ({ index }) => index);
  const end = bundle.indexOf('  return require_index();');
  if (starts.length === 0 || end < starts[starts.length - 1]) return null;
  const modules = starts.map((start, i) => bundle.slice(start, starts[i + 1] ?? end));
  const moduleOf = new Map<string, number>();
  modules.forEach((text, i) => {
    for (const [, name] of text.matchAll(/^ {2}var ((?:require|init)_\w+) =/gm)) moduleOf.set(name, i);
  });
  const entry = moduleOf.get('require_index');
  if (entry === undefined) return null;
  const registered: string[] = [];
  modules[entry] = modules[entry].replace(/^ {8}require_([a-z\d]+?)\d*\(\),?\n/gm, (line, name: string) => {
    if (!TRACES.includes(name)) return '';
    registered.push(name);
    return line;
  });
  if (registered.length !== TRACES.length) return null;
  const needed = new Set([entry]);
  for (const i of needed)
    for (const [name] of modules[i].matchAll(/\b(?:require|init)_\w+/g)) {
      const other = moduleOf.get(name);
      if (other !== undefined) needed.add(other);
    }
  return bundle.slice(0, starts[0]) + modules.filter((_, i) => needed.has(i)).join('') + bundle.slice(end);
}

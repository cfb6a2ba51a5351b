/** Plotly's bundle, packed for the page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Failure, messageOf } from '../../base/errors.js';

/** Plotly as it stands in a page. */
export interface PackedPlotly {
  /** Its version and licence, to be shown beside it. */
  banner: string;
  /** The gzipped bundle as base64: a quarter of the bundle's 10 MB, and nothing in it can end a script element. */
  base64: string;
}

let packed: Promise<PackedPlotly> | undefined;

/**
 * Reads plotly.js-dist and packs it, once a process. The bundle is read as text: it does not run in Node.
 *
 * @returns the packed bundle
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
  let bundle: Buffer;
  try {
    bundle = await readFile(require.resolve('plotly.js-dist'));
  } catch (error) {
    throw new Failure(`The report needs the package plotly.js-dist (${messageOf(error)}); run npm ci.`);
  }
  const banner =
    /^\/\*+([\s\S]*?)\*\//.exec(bundle.toString('utf8', 0, 2000))?.[1] ?? ' plotly.js, MIT license ';
  const compressed = await promisify(gzip)(bundle, { level: 9 });
  return { banner: banner.replace(/^[ *]+/gm, '').trim(), base64: compressed.toString('base64') };
}

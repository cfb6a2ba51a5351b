/** What a process holds that reads codes and searches them, and does nothing else: run with a file of codes and `scan` or `tables`. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MultiIndex } from '../src/catalogue/similar/codes/multi-index.js';
import { PackedCodes } from '../src/catalogue/similar/codes/packed-codes.js';

/** Of a code. */
export const BITS = 64;

/** Reads packed codes. */
export function readCodes(path: string): PackedCodes {
  const codes = new PackedCodes(statSync(path).size / (BITS / 8), BITS);
  const { buffer, byteOffset, byteLength } = codes.view();
  const file = openSync(path, 'r');
  readSync(file, new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength, 0);
  closeSync(file);
  return codes;
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, how] = process.argv.slice(2);
  const codes = readCodes(path);
  const query = Uint32Array.of(1, 2);
  if (how === 'tables') new MultiIndex(codes).nearest(query, { count: 1000, within: 6 });
  else for (let i = 0; i < 20; i++) codes.nearest(query, { count: 10 });
  // Of Linux: pages of the process's own, without those of Node's program, which processes share.
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const own = /RssAnon:\s+(\d+)/.exec(status)?.[1];
  const resident = mebibytes(1024 * process.resourceUsage().maxRSS);
  process.stdout.write(
    `memory of the ${how}: ${resident}${own === undefined ? '' : `, of which ${mebibytes(1024 * Number(own))} are not Node's program`}\n`,
  );
}

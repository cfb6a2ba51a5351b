/** Ways in which tables, descriptions and configs are damaged. Those of bytes are shared with the audio files. */
import type { RandomGenerator } from '../../src/base/random.js';
import { MUTATIONS } from '../../test/audio/broken/mutations.js';

/** Takes a file and gives another. */
export type Mutate = (bytes: Buffer, random: RandomGenerator) => Buffer;

/** What is put in place of a value. */
const HOSTILE: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    2 ** 31,
    2 ** 53,
    '',
    'x',
    'nan',
    '../../x',
    '\u0000\u202e',
  ],
  ...[[], {}, [[]], [null], { length: 1e9 }, 'x'.repeat(100_000), Array(1000).fill(0), { __proto__x: 1 }],
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Places in a value, each as a parent and a key. */
function placesIn(
  value: Json,
  places: [Record<string, Json>, string][] = [],
): [Record<string, Json>, string][] {
  if (value === null || typeof value !== 'object') return places;
  const parent = value as Record<string, Json>;
  for (const key of Object.keys(parent)) {
    places.push([parent, key]);
    placesIn(parent[key], places);
  }
  return places;
}

/** One to three values that are replaced, left out, renamed or made twice as long. */
export function mutateValue(value: unknown, random: RandomGenerator): unknown {
  const root = { value: structuredClone(value) as Json };
  for (let n = 1 + random.integer(3); n > 0; n--) {
    const places = placesIn(root as unknown as Json);
    const [parent, key] = random.pick(places);
    const way = random.integer(5);
    if (way === 0) {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else if (parent !== (root as unknown)) delete parent[key];
    } else if (way === 1 && !Array.isArray(parent) && parent !== (root as unknown)) {
      parent[random.pick(['__proto__', 'constructor', 'toString', `${key}x`])] = parent[key];
      delete parent[key];
    } else if (way === 2 && typeof parent[key] === 'number') {
      parent[key] = (parent[key] as number) * random.pick([-1, 0, 10, 1e6, 0.1]);
    } else parent[key] = structuredClone(random.pick(HOSTILE)) as Json;
  }
  return root.value;
}

/** Bytes: flips, holes, cut ends, lying lengths, random tails, nothing at all, one bit. */
export const bytes: Mutate = (file, random) => {
  const way = random.integer(Object.keys(MUTATIONS).length + 3);
  const named = Object.values(MUTATIONS)[way];
  if (named && file.length > 8) return Buffer.from(named(file, random.uniform));
  if (way === Object.keys(MUTATIONS).length + 2) return Buffer.alloc(random.integer(3));
  const copy = Buffer.from(file);
  if (copy.length > 0) copy[random.integer(copy.length)] ^= 1 << random.integer(8);
  return copy;
};

/** Bytes near the end, where Parquet and Arrow keep their footer. */
export const footer: Mutate = (file, random) => {
  const copy = Buffer.from(file);
  const reach = Math.min(copy.length, 2000);
  for (let n = 1 + random.integer(4); n > 0; n--)
    copy[copy.length - 1 - random.integer(reach)] = random.pick([0, 1, 127, 128, 255, random.integer(256)]);
  return copy;
};

/** Lines: one twice, one missing, two changed about, a word of another kind, a mark of syntax too many. */
export const lines: Mutate = (file, random) => {
  const all = file.toString('utf8').split('\n');
  const at = random.integer(all.length);
  const other = random.integer(all.length);
  switch (random.integer(5)) {
    case 0:
      all.splice(at, 0, all[at]);
      break;
    case 1:
      all.splice(at, 1);
      break;
    case 2:
      [all[at], all[other]] = [all[other], all[at]];
      break;
    case 3:
      all[at] = all[at].replace(
        /[\w.]+$/,
        random.pick(['null', '-1', '1e999', '.nan', '[]', '{}', '*nope', '!!x']),
      );
      break;
    default: {
      const column = random.integer(all[at].length + 1);
      const mark = random.pick([
        '{',
        '}',
        '[',
        '"',
        "'",
        ':',
        ',',
        '&a',
        '*a',
        '\t',
        '\0',
        '"\n',
        '- ',
        '%',
        '\ufeff',
      ]);
      all[at] = all[at].slice(0, column) + mark + all[at].slice(column);
    }
  }
  return Buffer.from(all.join('\n'));
};

/** JSON whose values are of another kind. */
export const json: Mutate = (file, random) =>
  Buffer.from(`${JSON.stringify(mutateValue(JSON.parse(file.toString('utf8')), random), null, 2)}\n`);

/** JSON lines, one of which has values of another kind. */
export const jsonLines: Mutate = (file, random) => {
  const all = file.toString('utf8').split('\n');
  const at = random.integer(all.length - 1);
  all[at] = JSON.stringify(mutateValue(JSON.parse(all[at]), random));
  return Buffer.from(all.join('\n'));
};

/** Safetensors whose header has values of another kind, with a right length. */
export const tensorHeader: Mutate = (file, random) => {
  const length = Number(file.readBigUInt64LE(0));
  const header = json(file.subarray(8, 8 + length), random);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, header, file.subarray(8 + length)]);
};

/** One of several ways. */
export const oneOf =
  (...ways: readonly Mutate[]): Mutate =>
  (file, random) =>
    random.pick(ways)(file, random);

/** Ways in which files are damaged, for tests and for `bench/torture`. */

/** Each takes a file and gives another. */
export const MUTATIONS: Record<string, (bytes: Uint8Array, random: () => number) => Uint8Array> = {
  'flipped bits': (bytes, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i < 20; i++)
      damaged[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
    return damaged;
  },
  'damaged header': (bytes, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i < 6; i++) damaged[4 + Math.floor(random() * 120)] = Math.floor(random() * 256);
    return damaged;
  },
  'cut off': (bytes, random) => bytes.slice(0, Math.floor(random() * bytes.length)),
  'a hole': (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    const rest = bytes.subarray(at + Math.floor(random() * 2000));
    const damaged = new Uint8Array(at + rest.length);
    damaged.set(bytes.subarray(0, at));
    damaged.set(rest, at);
    return damaged;
  },
  'lying lengths': (bytes, random) => {
    const damaged = bytes.slice();
    const at = Math.floor(random() * Math.min(400, bytes.length - 4));
    damaged.fill(0xff, at, at + 4);
    return damaged;
  },
  'a random tail': (bytes, random) => {
    const damaged = bytes.slice();
    const from = Math.floor(random() * bytes.length);
    for (let i = from; i < damaged.length; i++) damaged[i] = Math.floor(random() * 256);
    return damaged;
  },
};

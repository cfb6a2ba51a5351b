/** `polytag studio` as it is typed, and sound to send to it. */
import { encodeWav } from '../../src/audio/encode/wav.js';
import { randomGenerator } from '../../src/base/random.js';
import { type Running, startPolytag } from '../workplace.js';

/** Seconds that a server may run: as long as the longest test. */
const SERVER_LIMIT = 240;

/** Starts the command, and gives the address that it prints. */
export async function startStudio(folder: string, ...args: string[]): Promise<Running & { origin: string }> {
  const running = startPolytag(['studio', '--port', '0', ...args], { cwd: folder, limit: SERVER_LIMIT });
  const link = await new Promise<string>((resolve, reject) => {
    running.child.stdout!.once('data', (text) => resolve(String(text).trim()));
    void running.outcome.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { ...running, origin: new URL(link).origin };
}

/** Notes of a second each, by their MIDI numbers, with a little noise, as WAV. */
export function tones(...pitches: number[]): Uint8Array<ArrayBuffer> {
  const rate = 16_000;
  const random = randomGenerator(1, 'tones');
  const samples = new Float32Array(rate * pitches.length);
  let phase = 0;
  for (let n = 0; n < samples.length; n++) {
    const midi = pitches[Math.floor(n / rate)];
    const within = (n % rate) / rate;
    phase += (2 * Math.PI * 440 * 2 ** ((midi - 69) / 12)) / rate;
    const level = within < 0.9 ? 0.3 * Math.min(1, 50 * within, 20 * (0.9 - within)) : 0;
    samples[n] = level * (Math.sin(phase) + 0.4 * Math.sin(2 * phase)) + 0.001 * random.normal();
  }
  return new Uint8Array(encodeWav([samples], rate));
}

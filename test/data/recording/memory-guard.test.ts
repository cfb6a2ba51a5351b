import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/errors.js';
import { memoryGuard } from '../../../src/data/recording/memory-guard.js';

describe('memoryGuard', () => {
  it('says once what an hour and more takes, and again when there is more of it', () => {
    const lines: string[] = [];
    const guard = memoryGuard({ audio: 'a.mp3', bytesPerSecond: 50_000, log: (line) => lines.push(line) });
    for (const seconds of [0, 3600, 5400, 5401, 10_800, 10_801]) guard(seconds);
    expect(lines).toEqual([
      'Warning: this kind needs the whole recording in memory, about 0.3 GB for 1 h 30 min; --duration cuts it.',
      'Warning: this kind needs the whole recording in memory, about 0.5 GB for 3 h 0 min; --duration cuts it.',
    ]);
  });

  it('refuses what no machine holds', () => {
    const guard = memoryGuard({ audio: 'a.mp3', bytesPerSecond: 1e15 });
    guard(3000);
    expect(() => guard(4000)).toThrow(Failure);
    expect(() => guard(5000)).toThrow(/^a\.mp3 is too long for this machine: .* cut it with --duration/);
  });
});

/** Recordings that are shorter than a window are counted and named. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import type { Dataset } from '../../src/data/dataset.js';
import { bindInputs } from '../../src/inputs/window.js';
import { shortNote } from '../../src/training/short-recordings.js';

const SECONDS: Record<string, number> = { long: 12, exact: 10, a: 9.9, b: 3, c: 0.5, d: 4, e: 5, f: 6 };
const dataset = { examples: Object.keys(SECONDS).map((id) => ({ id })) } as Dataset;

function note(pad: object, seconds: Record<string, number> = SECONDS): string | null {
  const inputs = { chunk_seconds: 10, mel: {}, ...pad };
  const { inputs: bound } = resolveConfig({ inputs, model: { branches: { mel: {} } } });
  const examples = dataset.examples.filter(({ id }) => id in seconds);
  return shortNote({ ...dataset, examples }, bindInputs(bound, ['mel']), ({ id }) => seconds[id]);
}

describe('the note on short recordings', () => {
  it('counts them, names five and says what fills them up', () => {
    expect(note({})).toBe(
      '6 of 8 recordings are shorter than the 10.00 s that the model takes at once, filled up with silence (inputs.pad): a, b, c, d, e, ….',
    );
    expect(note({ pad: 'repeat' })).toContain('filled up by repeating it (inputs.pad): a, b, c');
  });

  it('is absent where there are none', () => {
    expect(note({}, { long: 12, exact: 10 })).toBeNull();
  });
});

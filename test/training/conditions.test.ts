/** Every change of a test condition keeps the contract of `ConditionChange`. */
import { describe, expect, it } from 'vitest';
import type { ConditionChange } from '../../src/training/conditions/change.js';
import {
  changesOf,
  conditionChanges,
  conditionName,
  conditionSchema,
} from '../../src/training/conditions/index.js';

/** A value of each option that changes something; a new member needs one here. */
const changing: Record<keyof typeof conditionChanges, unknown> = {
  absent: ['mel', 'waveform'],
  noise: { snr: 10, colour: 'pink' },
  pitch: -2,
  tempo: 1.25,
  mp3: 32,
  excerpt: 5,
  shuffled_lyrics: true,
  clips: 'without-lyrics',
};

const members = Object.entries<ConditionChange>(conditionChanges);

describe.each(members)('%s', (name, change) => {
  it('changes nothing by default', () => {
    expect(change.words(change.option.parse(undefined))).toBeNull();
  });

  it('is the only change of a condition that names nothing else', () => {
    const condition = conditionSchema.parse({ [name]: changing[name as keyof typeof changing] });
    expect(changesOf(condition).map((made) => made.change)).toEqual([change]);
    expect(conditionName(condition)).toBe(change.words(changing[name as keyof typeof changing]));
  });

  it('changes batches, lyrics or clips', () => {
    expect(change.batches ?? change.lyrics ?? change.clips).toBeDefined();
  });
});

it('a condition without a change is refused, and the message lists the registry', () => {
  expect(() => conditionSchema.parse({ name: 'nothing' })).toThrow(
    'give absent, noise, pitch, tempo, mp3, excerpt, shuffled_lyrics or clips',
  );
});

it('joins its changes in words, unless it has a name', () => {
  const condition = conditionSchema.parse({ clips: 'with-lyrics', noise: { snr: 0 } });
  expect(conditionName(condition)).toBe('white noise at 0 dB, clips with lyrics');
  expect(conditionName({ ...condition, name: 'hard' })).toBe('hard');
});

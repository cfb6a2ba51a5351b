import { parseMidi } from 'midi-file';
import { describe, expect, it } from 'vitest';
import type { Key } from '../../src/features/harmony/key.js';
import { placeOnGrid, quantiseNotes } from '../../src/transcription/grid.js';
import { toCsv } from '../../src/transcription/outputs/csv.js';
import { transcriptionJson } from '../../src/transcription/outputs/json.js';
import { fifthsOf, spell } from '../../src/transcription/outputs/key-signature.js';
import { toMidi } from '../../src/transcription/outputs/midi.js';
import { toMusicXml } from '../../src/transcription/outputs/musicxml.js';
import type { VoiceNote } from '../../src/transcription/segment.js';
import { readMusicXml } from '../../src/transcription/songs/readers/musicxml.js';
import type { Transcription } from '../../src/transcription/transcribe.js';
import fc from '../fast-check.js';

const note = (onset: number, offset: number, pitch: number): VoiceNote => ({
  ...{ onset, offset, pitch },
  confidence: 0.9,
});

const made = (notes: VoiceNote[], more: Partial<Transcription> = {}): Transcription => ({
  notes,
  tuningCents: 0,
  tempo: 120,
  key: { tonic: 2, mode: 'major' },
  f0: { hop: 0.016, hz: Float32Array.of(220.123, Number.NaN), voiced: Uint8Array.of(1, 0) },
  seconds: 4,
  ...more,
});

/** Two bars in D major at 120: quarter, eighth, eighth, dotted half tied over the bar line, rest. */
const tune = [note(1.02, 1.5, 62.2), note(1.49, 1.74, 66.2), note(1.76, 1.98, 69.2), note(2.01, 3.5, 73.2)];

describe('the grid', () => {
  it('puts notes on sixteenths that follow the singer', () => {
    const placed = placeOnGrid(tune, 120, { shortest: 16 });
    expect(placed.map(({ begin, length }) => [begin, length])).toEqual([
      [0, 24],
      [24, 12],
      [36, 12],
      [48, 72],
    ]);
  });

  it('moves times by its strength: none, half the way, all of it', () => {
    const at = (strength: number) =>
      quantiseNotes(tune, 120, { shortest: 8, strength }).map(({ onset }) => onset);
    expect(at(0)).toEqual(tune.map(({ onset }) => onset));
    for (const [i, onset] of at(0.5).entries()) expect(onset).toBeCloseTo((at(0)[i] + at(1)[i]) / 2, 9);
    expect(() => at(1.5)).toThrow('strength must be a number from 0 to 1, not 1.5.');
  });

  it('never puts two notes in one place, nor lets them overlap', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0.02, max: 1, noNaN: true }),
            fc.double({ min: 0.02, max: 1, noNaN: true }),
          ),
          {
            minLength: 1,
            maxLength: 30,
          },
        ),
        fc.double({ min: 50, max: 200, noNaN: true }),
        fc.constantFrom(4, 8, 16, 32),
        (steps, tempo, shortest) => {
          let at = 0.3;
          const notes = steps.map(([length, gap]) => {
            const onset = at;
            at += length + gap;
            return note(onset, onset + length, 60);
          });
          const placed = placeOnGrid(notes, tempo, { shortest });
          for (const [i, { begin, length }] of placed.entries()) {
            expect(length).toBeGreaterThanOrEqual(1);
            if (i > 0) expect(begin).toBeGreaterThanOrEqual(placed[i - 1].begin + placed[i - 1].length);
          }
        },
      ),
    );
  });
});

describe('a score', () => {
  /** What a reader of the file sees: `D5:8` for a quarter, `r` for a rest, `~` after a tie. */
  const read = (xml: string): string[][] =>
    xml
      .split('<measure ')
      .slice(1)
      .map((bar) =>
        [...bar.matchAll(/<note>(.*?)<\/note>/g)].map(([, content]) => {
          const [, step, , alter, octave] =
            /<step>(.)<\/step>(<alter>(-?\d)<\/alter>)?<octave>(\d)<\/octave>/.exec(content) ?? [];
          const sign = alter === undefined ? '' : alter === '1' ? '#' : 'b';
          const pitch = step === undefined ? 'r' : `${step}${sign}${octave}`;
          const [, duration] = /<duration>(\d+)<\/duration>/.exec(content)!;
          // Thirty-seconds, of which a quarter has eight.
          return `${pitch}:${Number(duration) / 3}${content.includes('<tie type="start"/>') ? '~' : ''}`;
        }),
      );

  it('is one voice in full bars, with tempo and key, and no tuplets', () => {
    const xml = toMusicXml(made(tune, { tuningCents: 20 }), { shortest: 16 });
    expect(read(xml)).toEqual([
      ['D4:8', 'F#4:4', 'A4:4', 'C#5:16~'],
      ['C#5:8', 'r:24'],
    ]);
    expect(xml).toContain('<fifths>2</fifths><mode>major</mode>');
    expect(xml).toContain('<sound tempo="120"/>');
    expect(xml).not.toContain('time-modification');
    expect(xml).not.toContain('implicit');
    expect(xml.match(/<voice>(\d)<\/voice>/g)!.every((voice) => voice === '<voice>1</voice>')).toBe(true);
  });

  it('has bars of three quarters where asked', () => {
    expect(read(toMusicXml(made(tune), { shortest: 16, beats: 3 }))[0].join(' ')).toBe(
      'D4:8 F#4:4 A4:4 C#5:8~',
    );
  });

  it('fills every bar, whatever the notes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.05, max: 3, noNaN: true }), fc.integer({ min: 40, max: 80 })), {
          maxLength: 25,
        }),
        fc.constantFrom(2, 3, 4, 5),
        fc.constantFrom(4, 8, 16, 32),
        (steps, beats, shortest) => {
          let at = 0;
          const notes = steps.map(([length, pitch]) => {
            at += length;
            return note(at - length, at, pitch);
          });
          const bars = read(toMusicXml(made(notes), { shortest, beats, pickup: 0 }));
          for (const bar of bars)
            expect(bar.reduce((sum, own) => sum + Number.parseInt(own.split(':')[1], 10), 0)).toBe(8 * beats);
          const heads = bars
            .flat()
            .filter((own, i, all) => !own.startsWith('r') && !all[i - 1]?.endsWith('~'));
          expect(heads.length).toBe(notes.length);
        },
      ),
    );
  });

  it('has a first bar of what comes before the first bar line', () => {
    const xml = toMusicXml(made(tune), { shortest: 16, pickup: 1 });
    expect(read(xml)).toEqual([['D4:8'], ['F#4:4', 'A4:4', 'C#5:24']]);
    expect([...xml.matchAll(/<measure ([^>]*)>/g)].map(([, words]) => words)).toEqual([
      'number="0" implicit="yes"',
      'number="1"',
    ]);
    expect(() => toMusicXml(made(tune), { shortest: 16, beats: 3, pickup: 3 })).toThrow(
      'pickup must be a number of halves of beats below a bar of 3, not 3.',
    );
  });

  it('has triplets where they are asked for, and where they are sung', () => {
    const onsets = [0, 1, 4 / 3, 5 / 3, 2, 2.5, 3, 10 / 3, 4];
    const sung = onsets.map((onset, i) =>
      note(0.5 + 0.5 * onset + 0.005 * (-1) ** i, 0.5 + 0.5 * (onsets[i + 1] ?? 5) - 0.02, 60 + i),
    );
    const settings = { shortest: 16, beats: 4, pickup: 0 } as const;
    const xml = toMusicXml(made(sung, { key: null }), { ...settings, tuplets: true });
    const notes = [...xml.matchAll(/<note>(.*?)<\/note>/g)].map(([, content]) =>
      [
        /<duration>(\d+)/.exec(content)![1],
        /<type>(\w+)/.exec(content)![1],
        content.includes('<actual-notes>3</actual-notes><normal-notes>2</normal-notes>') ? 'triplet' : '',
        /<tuplet type="(\w+)"/.exec(content)?.[1] ?? '',
      ].join(' '),
    );
    expect(notes.slice(0, 9)).toEqual([
      '24 quarter  ',
      '8 eighth triplet start',
      '8 eighth triplet ',
      '8 eighth triplet stop',
      '12 eighth  ',
      '12 eighth  ',
      '8 eighth triplet start',
      '16 quarter triplet stop',
      '24 quarter  ',
    ]);
    expect(toMusicXml(made(sung), settings)).not.toContain('tuplet');
    // A tune of eighths and sixteenths, sung as a person would, has none.
    const binary = [0, 0.5, 1, 1.25, 1.5, 2, 3, 3.75, 4, 5, 5.5, 6].map((onset, i) =>
      note(0.5 * onset + 0.02 * (((i * 7) % 5) / 2 - 1), 0.5 * onset + 0.2, 62),
    );
    expect(toMusicXml(made(binary), { ...settings, tuplets: true })).not.toContain('tuplet');
  });

  it('has triplets that fill their beats, and are read back as they were written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.05, max: 1.2, noNaN: true }), { minLength: 4, maxLength: 25 }),
        fc.constantFrom(0, 0.5, 1, 1.5),
        async (steps, pickup) => {
          let at = 0.2;
          const sung = steps.map((length, i) => {
            at += length;
            return note(at - length, at, 60 + (i % 12));
          });
          const xml = toMusicXml(made(sung), { shortest: 16, beats: 4, pickup, tuplets: true });
          for (const [i, bar] of xml.split('<measure ').slice(1).entries()) {
            const own = [...bar.matchAll(/<duration>(\d+)<\/duration>/g)].map(([, ticks]) => Number(ticks));
            const isPickup = i === 0 && pickup > 0;
            expect(own.reduce((sum, ticks) => sum + ticks, 0)).toBe(isPickup ? 24 * pickup : 96);
            const brackets = [...bar.matchAll(/<tuplet type="(\w+)"/g)].map(([, type]) => type).join(' ');
            expect(brackets).toMatch(/^((start stop)( |$))*$/);
          }
          const [{ parts }] = await readMusicXml(new TextEncoder().encode(xml));
          expect(parts[0].map(({ pitch }) => pitch)).toEqual(sung.map(({ pitch }) => pitch));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('spells notes by the key', () => {
    const names = (key: Key | null): string =>
      Array.from({ length: 12 }, (_, i) => spell(60 + i, key))
        .map(
          ({ step, alter, octave }) =>
            `${step}${'#'.repeat(Math.max(0, alter))}${'b'.repeat(Math.max(0, -alter))}${octave}`,
        )
        .join(' ');
    expect(names(null)).toBe('C4 Db4 D4 Eb4 E4 F4 F#4 G4 Ab4 A4 Bb4 B4');
    expect(names({ tonic: 2, mode: 'major' })).toBe('C4 C#4 D4 Eb4 E4 F4 F#4 G4 G#4 A4 Bb4 B4');
    expect(names({ tonic: 9, mode: 'minor' })).toBe('C4 C#4 D4 Eb4 E4 F4 F#4 G4 G#4 A4 Bb4 B4');
    expect(fifthsOf({ tonic: 9, mode: 'minor' })).toBe(0);
    expect(fifthsOf({ tonic: 3, mode: 'minor' })).toBe(-6);
  });
});

it('writes MIDI with tempo, key and notes in the singer’s own tuning', () => {
  const { header, tracks } = parseMidi(
    toMidi(made(tune, { tuningCents: 20, key: { tonic: 1, mode: 'minor' } })),
  );
  expect(header).toMatchObject({ format: 0, numTracks: 1, ticksPerBeat: 480 });
  let at = 0;
  const events = tracks[0].map((event) => {
    at += event.deltaTime;
    return { at, ...event };
  });
  expect(events).toContainEqual(expect.objectContaining({ type: 'setTempo', microsecondsPerBeat: 500_000 }));
  expect(events).toContainEqual(expect.objectContaining({ type: 'keySignature', key: 4, scale: 1 }));
  const on = events.flatMap((event) => (event.type === 'noteOn' ? [[event.at, event.noteNumber]] : []));
  expect(on).toEqual([
    [979, 62],
    [1430, 66],
    [1690, 69],
    [1930, 73],
  ]);
  // Where a note begins before the last has ended, that ends later: notes may overlap in a recording's own time.
  expect(events.filter(({ type }) => type === 'noteOff').map((event) => event.at)).toEqual([
    1440, 1670, 1901, 3360,
  ]);
});

it('writes the MIDI of three hours in little time', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => note(i / 2, i / 2 + 0.4, 60 + (i % 12)));
  const begin = performance.now();
  const [events] = parseMidi(toMidi(made(many))).tracks;
  expect(performance.now() - begin).toBeLessThan(10_000);
  expect(events.filter(({ type }) => type === 'noteOn')).toHaveLength(20_000);
  expect(events.at(-1)!.type).toBe('endOfTrack');
});

it('writes JSON as documented', () => {
  expect(transcriptionJson(made(tune.slice(0, 1), { tuningCents: 12.3456 }))).toEqual({
    notes: [{ onset: 1.02, offset: 1.5, pitch: 62.2, confidence: 0.9 }],
    tuning_cents: 12.35,
    tempo: 120,
    key: 'D major',
    f0: { hop: 0.016, hz: [220.12, null], voiced: [true, false] },
  });
});

it('writes CSV with a row per note', () => {
  expect(toCsv(made(tune.slice(0, 1), { tuningCents: 20 }))).toBe(
    'onset,offset,pitch,note,confidence\n1.0200,1.5000,62.2000,62,0.900\n',
  );
});

it('writes what has no notes', () => {
  const empty = made([], { tempo: null, key: null });
  expect(parseMidi(toMidi(empty)).tracks[0].map(({ type }) => type)).toEqual(['setTempo', 'endOfTrack']);
  expect(toMusicXml(empty, { shortest: 16 })).toContain('<rest/><duration>96</duration>');
  expect(toCsv(empty)).toBe('onset,offset,pitch,note,confidence\n');
});

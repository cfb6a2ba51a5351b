/** A tune in every form that scores have, and other tunes. */
import { writeMidi } from 'midi-file';
import { randomGenerator } from '../../../src/base/random.js';
import type { MelodyNote } from '../../../src/transcription/songs/song.js';

/** Twelve notes in quarters: C C G G A A G, F F E E D. */
export const TUNE: MelodyNote[] = [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62].map((pitch, i) => ({
  onset: i < 7 ? i : i + 1,
  offset: i === 6 ? 8 : i < 7 ? i + 1 : i + 2,
  pitch,
}));

export const TUNE_ABC = 'X:1\nT:Stars\nM:4/4\nL:1/4\nK:C\nC C G G|A A G2|F F E E|D|\n';

export const TUNE_CSV = [
  'onset,offset,pitch',
  ...TUNE.map(({ onset, offset, pitch }) => `${onset},${offset},${pitch}`),
].join('\n');

export const TUNE_JSON = JSON.stringify({ title: 'Stars', notes: TUNE });

export function tuneMidi(): Uint8Array {
  const events = TUNE.flatMap(({ onset, offset, pitch }) => [
    { ticks: 480 * onset, event: { type: 'noteOn' as const, channel: 0, noteNumber: pitch, velocity: 90 } },
    { ticks: 480 * offset, event: { type: 'noteOff' as const, channel: 0, noteNumber: pitch, velocity: 0 } },
  ]).sort((a, b) => a.ticks - b.ticks || (a.event.type === 'noteOff' ? -1 : 1));
  let last = 0;
  const track = events.map(({ ticks, event }) => {
    const deltaTime = ticks - last;
    last = ticks;
    return { deltaTime, ...event };
  });
  const bytes = writeMidi({
    header: { format: 1, numTracks: 1, ticksPerBeat: 480 },
    tracks: [
      [
        { deltaTime: 0, meta: true, type: 'trackName', text: 'Stars' },
        ...track,
        { deltaTime: 0, meta: true, type: 'endOfTrack' },
      ],
    ],
  });
  return Uint8Array.from(bytes);
}

const STEPS = ['C', 'C', 'G', 'G', 'A', 'A', 'G', 'F', 'F', 'E', 'E', 'D'];

/** In two voices, of which the second is silent but for one note; the seventh note is two tied quarters, and a grace note stands before it. */
export const TUNE_MUSICXML = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0"><work><work-title>Stars</work-title></work>
<part-list><score-part id="P1"><part-name>Voice</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>2</divisions></attributes>
${STEPS.map((step, i) => {
  const note = (extra: string): string =>
    `<note><pitch><step>${step}</step><octave>4</octave></pitch><duration>2</duration>${extra}<voice>1</voice></note>`;
  const grace = '<note><grace/><pitch><step>B</step><octave>5</octave></pitch><voice>1</voice></note>';
  return i === 6 ? `${grace}${note('<tie type="start"/>')}${note('<tie type="stop"/>')}` : note('');
}).join('\n')}
<backup><duration>26</duration></backup><note><pitch><step>C</step><octave>2</octave></pitch><duration>2</duration><voice>2</voice></note>
</measure></part></score-partwise>`;

/** A random tune: steps of up to a fifth, and durations of one half to two. */
export function randomTune(seed: number, length = 40): MelodyNote[] {
  const random = randomGenerator(seed, 'tune');
  let [onset, pitch] = [0, 60];
  return Array.from({ length }, () => {
    const duration = random.pick([0.5, 1, 1, 1.5, 2]);
    pitch = Math.min(80, Math.max(48, pitch + random.integer(15) - 7));
    const note = { onset, offset: onset + duration, pitch };
    onset += duration;
    return note;
  });
}

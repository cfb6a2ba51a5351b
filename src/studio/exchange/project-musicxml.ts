/** A project as a score in MusicXML. */
import { UsageError } from '../../base/errors.js';
import { PROGRAMS } from '../../data/synth/instruments/programs.js';
import { QUARTER } from '../../transcription/grid-notes.js';
import { type ScorePart, scoreXml, xmlText } from '../../transcription/outputs/score-xml.js';
import type { Project } from '../project/schema.js';
import { pieceTicks, placedPassages } from '../project/timeline.js';
import { drumOf } from './drum-staff.js';
import { type PlayedPart, playedParts } from './played-parts.js';
import { notesOnGrid, SCORE_TICK, voicesOf } from './score-grid.js';

/** Below this mean pitch a staff has a bass clef. */
const MIDDLE_C = 60;

/** Degrees of a place to the right: MusicXML has 90 there. */
const RIGHT = 90;

/** Identifier of a part's instrument; a part of drums has one for each drum. */
const instrumentId = (part: number, drum?: number): string =>
  drum === undefined ? `P${part + 1}-I1` : `P${part + 1}-I${drum + 1}`;

/** The instruments of a part: what they are called, then how MIDI plays them. */
function instrumentsXml({ track, port, channel, notes }: PlayedPart, part: number): string {
  const { program, drums } = track.tone;
  const pitches = [...new Set(notes.map(({ pitch }) => pitch))].sort((a, b) => a - b);
  const all = drums
    ? pitches.map((midi) => ({ id: instrumentId(part, midi), name: drumOf(midi).name, midi }))
    : [{ id: instrumentId(part), name: PROGRAMS[program].name, midi: null }];
  const named = all.map(
    ({ id, name }) =>
      `<score-instrument id="${id}"><instrument-name>${xmlText(name)}</instrument-name></score-instrument>`,
  );
  const played = all.map(({ id, midi }) =>
    [
      port > 0 ? `<midi-device id="${id}" port="${port + 1}"/>` : '',
      `<midi-instrument id="${id}"><midi-channel>${channel + 1}</midi-channel><midi-program>${program + 1}</midi-program>`,
      midi === null ? '' : `<midi-unpitched>${midi + 1}</midi-unpitched>`,
      `<volume>${Number((100 * track.volume).toFixed(2))}</volume><pan>${Number((RIGHT * track.pan).toFixed(2))}</pan>`,
      '</midi-instrument>',
    ].join(''),
  );
  return [...named, ...played].join('');
}

/** The clef that suits most notes. */
function clefOf({ track, notes }: PlayedPart): ScorePart['clef'] {
  if (track.tone.drums) return 'percussion';
  const mean = notes.reduce((sum, { pitch }) => sum + pitch, 0) / Math.max(1, notes.length);
  return notes.length > 0 && mean < MIDDLE_C ? 'bass' : 'treble';
}

/**
 * A project as a score in MusicXML 4.0: a part for each track that sounds, drums on a percussion clef, with instruments,
 * volumes and places for playback. Bars are those of the meter, a pickup is a bar of its own, passages are rehearsal marks,
 * and what is repeated is written out. Notes are brought to thirty-seconds, or to triplets of eighths where a beat is nearer to
 * these; those that begin and end together are chords, others of a track are in up to four voices, and notes over bar lines
 * are tied. Velocities are kept (`dynamics`), and each note has the `id` that `elementOf` gives it.
 *
 * @throws UsageError where no track sounds
 */
export function projectMusicXml(project: Project): string {
  const { title, tempo, key, beats, pickup } = project;
  const parts = playedParts(project);
  if (parts.length === 0)
    throw new UsageError('A score needs a track that sounds; add one, or unmute what is muted.');
  const bar = beats * QUARTER;
  // From the bar line before the beginning, on the grid of thirty-seconds.
  const before = Math.round(pickup / SCORE_TICK / (QUARTER / 8)) * (QUARTER / 8);
  const start = before === 0 || before === bar ? 0 : bar - before;
  const end = start + pieceTicks(project) / SCORE_TICK;
  return scoreXml({
    ...{ title, tempo, key, beats, start, engraved: true },
    parts: parts.map((part, i): ScorePart => {
      const { track, notes } = part;
      return {
        ...{ name: track.name, clef: clefOf(part), instruments: instrumentsXml(part, i) },
        drum: track.tone.drums ? (midi) => ({ ...drumOf(midi), instrument: instrumentId(i, midi) }) : null,
        voices: voicesOf(notesOnGrid(notes, start, end), start, end),
      };
    }),
    marks: placedPassages(project).map((passage) => ({
      at: start + passage.start / SCORE_TICK,
      name: passage.name,
    })),
  });
}

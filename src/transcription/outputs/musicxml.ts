/** The notes of a transcription as a score in MusicXML. */
import type { Key } from '../../features/harmony/key.js';
import { type GridNote, type NoteValue, placeOnGrid } from '../grid.js';
import { semitoneOf } from '../melody.js';
import type { Transcription } from '../transcribe.js';
import { fifthsOf, spell } from './key-signature.js';
import { DEFAULT_TEMPO } from './midi.js';

/** How a score is written. */
export interface ScoreSettings {
  /** The shortest note: 16 for sixteenths. */
  shortest: NoteValue;
  /** Quarters in a bar. Default: 4. */
  beats?: number;
}

/** Divisions of a quarter: thirty-seconds. */
const DIVISIONS = 8;

/** Note values by their divisions, longest first, with and without a dot. */
const VALUES: readonly [divisions: number, type: string, dotted: boolean][] = [
  [32, 'whole', false],
  [24, 'half', true],
  [16, 'half', false],
  [12, 'quarter', true],
  [8, 'quarter', false],
  [6, 'eighth', true],
  [4, 'eighth', false],
  [3, '16th', true],
  [2, '16th', false],
  [1, '32nd', false],
];

/** Something that sounds or rests, within one bar. */
interface Piece {
  /** Null for a rest. */
  midi: number | null;
  begin: number;
  length: number;
  /** Whether the same note goes on from a piece before, or into one after. */
  tiedFrom: boolean;
  tiedTo: boolean;
}

/** Cuts a note or rest at bar lines and into written values, those of a beat's length from beat to beat. */
function piecesOf(midi: number | null, begin: number, end: number, bar: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = begin; at < end; ) {
    const room = Math.min(end, (Math.floor(at / bar) + 1) * bar) - at;
    // Off the beat, a value ends with the beat at the latest, so that the beats can be seen.
    const offBeat = at % DIVISIONS;
    const limit = offBeat === 0 ? room : Math.min(room, DIVISIONS - offBeat);
    const [length] = VALUES.find(([divisions]) => divisions <= limit)!;
    pieces.push({ midi, begin: at, length, tiedFrom: at > begin, tiedTo: at + length < end });
    at += length;
  }
  return midi === null ? pieces.map((piece) => ({ ...piece, tiedFrom: false, tiedTo: false })) : pieces;
}

function pieceXml({ midi, length, tiedFrom, tiedTo }: Piece, key: Key | null): string {
  const [, type, dotted] = VALUES.find(([divisions]) => divisions === length)!;
  const lines = ['<note>'];
  if (midi === null) lines.push('<rest/>');
  else {
    const { step, alter, octave } = spell(midi, key);
    const altered = alter === 0 ? '' : `<alter>${alter}</alter>`;
    lines.push(`<pitch><step>${step}</step>${altered}<octave>${octave}</octave></pitch>`);
  }
  lines.push(`<duration>${length}</duration>`);
  const ties = [...(tiedFrom ? ['stop'] : []), ...(tiedTo ? ['start'] : [])];
  for (const tie of ties) lines.push(`<tie type="${tie}"/>`);
  lines.push(`<voice>1</voice><type>${type}</type>${dotted ? '<dot/>' : ''}`);
  if (ties.length > 0)
    lines.push(`<notations>${ties.map((tie) => `<tied type="${tie}"/>`).join('')}</notations>`);
  return `      ${lines.join('')}</note>`;
}

/** Everything from the beginning to the last bar's end, rests included, in order. */
function piecesOfScore(
  placed: readonly GridNote[],
  { notes, tuningCents }: Transcription,
  shortest: NoteValue,
  bar: number,
): Piece[] {
  const step = (4 * DIVISIONS) / shortest;
  const pieces: Piece[] = [];
  let at = 0;
  for (const { note, begin, length } of placed) {
    pieces.push(...piecesOf(null, at, begin * step, bar));
    at = (begin + length) * step;
    const midi = Math.min(127, Math.max(0, semitoneOf(notes[note], tuningCents)));
    pieces.push(...piecesOf(midi, begin * step, at, bar));
  }
  const end = Math.max(bar, Math.ceil(at / bar) * bar);
  return [...pieces, ...piecesOf(null, at, end, bar)];
}

/**
 * The file `notes.musicxml` (MusicXML 4.0): one part of one voice, without tuplets; the bars begin with the bar of the
 * first note. Notes are on the grid whatever `strength` moved them by, and rests below an eighth are closed.
 */
export function toMusicXml(transcription: Transcription, { shortest, beats = 4 }: ScoreSettings): string {
  const { notes, tempo, key } = transcription;
  const fifths = key ? fifthsOf(key) : 0;
  const bar = beats * DIVISIONS;
  const bpm = tempo ?? DEFAULT_TEMPO;
  const pieces = piecesOfScore(placeOnGrid(notes, bpm, { shortest }), transcription, shortest, bar);
  const count = pieces.length === 0 ? 0 : Math.ceil((pieces.at(-1)!.begin + 1) / bar);
  const bars = Array.from({ length: count }, (_): Piece[] => []);
  for (const piece of pieces) bars[Math.floor(piece.begin / bar)].push(piece);
  const sounding = notes.map((note) => semitoneOf(note, transcription.tuningCents));
  const mean = sounding.reduce((sum, midi) => sum + midi, 0) / Math.max(1, sounding.length);
  const clef =
    mean < 60 && sounding.length > 0 ? '<sign>F</sign><line>4</line>' : '<sign>G</sign><line>2</line>';
  const first = [
    `      <attributes><divisions>${DIVISIONS}</divisions>`,
    `<key><fifths>${fifths}</fifths>${key ? `<mode>${key.mode}</mode>` : ''}</key>`,
    `<time><beats>${beats}</beats><beat-type>4</beat-type></time><clef>${clef}</clef></attributes>\n`,
    '      <direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit>',
    `<per-minute>${Math.round(bpm)}</per-minute></metronome></direction-type>`,
    `<sound tempo="${Number(bpm.toFixed(2))}"/></direction>`,
  ].join('');
  const measures = bars.map((own, i) => {
    const lines = own.map((piece) => pieceXml(piece, key));
    return `    <measure number="${i + 1}">\n${[...(i === 0 ? [first] : []), ...lines].join('\n')}\n    </measure>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">
  <identification><encoding><software>polytag</software></encoding></identification>
  <part-list><score-part id="P1"><part-name>Voice</part-name></score-part></part-list>
  <part id="P1">
${measures.join('\n')}
  </part>
</score-partwise>
`;
}

/** The notes of a transcription as a score in MusicXML. */
import type { Key } from '../../features/harmony/key.js';
import { placeOnGrid } from '../grid.js';
import { type GridNote, type NoteValue, QUARTER } from '../grid-notes.js';
import { semitoneOf } from '../melody.js';
import { fitMeter } from '../meter.js';
import type { Transcription } from '../transcribe.js';
import { fifthsOf, spell } from './key-signature.js';
import { DEFAULT_TEMPO } from './midi.js';
import { type Piece, type Stretch, writtenPieces } from './written-values.js';

/** How a score is written. */
export interface ScoreSettings {
  /** The shortest note: 16 for sixteenths. */
  shortest: NoteValue;
  /** Quarters in a bar. Default: 3 or 4, fitted to the notes. */
  beats?: number;
  /** Quarters before the first bar line, less than a bar. Default: fitted to the notes. */
  pickup?: number;
  /** Whether beats may be triplets of eighths. Default: false. */
  tuplets?: boolean;
}

/** Where a triplet's bracket begins and ends. */
const bracketOf = ({ begin, length }: Piece): 'start' | 'stop' | null =>
  begin % QUARTER === 0 ? 'start' : (begin + length) % QUARTER === 0 ? 'stop' : null;

function pieceXml(piece: Piece, key: Key | null): string {
  const { midi, length, type, isDotted, isTriplet, tiedFrom, tiedTo } = piece;
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
  lines.push(`<voice>1</voice><type>${type}</type>${isDotted ? '<dot/>' : ''}`);
  if (isTriplet)
    lines.push(
      '<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes><normal-type>eighth</normal-type></time-modification>',
    );
  const bracket = isTriplet ? bracketOf(piece) : null;
  const notations = [
    ...ties.map((tie) => `<tied type="${tie}"/>`),
    ...(bracket ? [`<tuplet type="${bracket}" bracket="yes"/>`] : []),
  ];
  if (notations.length > 0) lines.push(`<notations>${notations.join('')}</notations>`);
  return `      ${lines.join('')}</note>`;
}

/**
 * Everything from the beginning to the last bar's end, rests included, in order. `start`: ticks from a bar line at which
 * the first note begins.
 */
function piecesOfScore(
  placed: readonly GridNote[],
  { notes, tuningCents }: Transcription,
  bar: number,
  start: number,
): Piece[] {
  const stretches: Stretch[] = [];
  let at = start;
  for (const { note, begin, length } of placed) {
    const from = begin - placed[0].begin + start;
    if (from > at) stretches.push({ midi: null, begin: at, end: from });
    at = from + length;
    const midi = Math.min(127, Math.max(0, semitoneOf(notes[note], tuningCents)));
    stretches.push({ midi, begin: from, end: at });
  }
  const end = Math.max(bar, Math.ceil(at / bar) * bar);
  if (end > at) stretches.push({ midi: null, begin: at, end });
  return writtenPieces(stretches, bar);
}

/**
 * The file `notes.musicxml` (MusicXML 4.0): one part of one voice. Notes are on the grid whatever `strength` moved them by,
 * and rests below an eighth are closed. A pickup is a bar of its own, which is not counted. Throws RangeError for a pickup
 * that is not a number of eighths below a bar.
 */
export function toMusicXml(transcription: Transcription, settings: ScoreSettings): string {
  const { shortest, tuplets = false } = settings;
  const { notes, tempo, key } = transcription;
  const fifths = key ? fifthsOf(key) : 0;
  const bpm = tempo ?? DEFAULT_TEMPO;
  const binary = placeOnGrid(notes, bpm, { shortest });
  const { beats, pickup } = fitMeter(binary, settings);
  if (!(pickup >= 0 && pickup < beats && Number.isInteger(2 * pickup)))
    throw new RangeError(
      `pickup must be a number of halves of beats below a bar of ${beats}, not ${pickup}.`,
    );
  const [bar, before] = [beats * QUARTER, pickup * QUARTER];
  const inBeat = (QUARTER - (before % QUARTER)) % QUARTER;
  const placed = tuplets ? placeOnGrid(notes, bpm, { shortest, tuplets, first: inBeat }) : binary;
  const pieces = piecesOfScore(placed, transcription, bar, before === 0 ? 0 : bar - before);
  const count = Math.ceil((pieces[pieces.length - 1].begin + 1) / bar);
  const bars = Array.from({ length: count }, (_): Piece[] => []);
  for (const piece of pieces) bars[Math.floor(piece.begin / bar)].push(piece);
  const sounding = notes.map((note) => semitoneOf(note, transcription.tuningCents));
  const mean = sounding.reduce((sum, midi) => sum + midi, 0) / Math.max(1, sounding.length);
  const clef =
    mean < 60 && sounding.length > 0 ? '<sign>F</sign><line>4</line>' : '<sign>G</sign><line>2</line>';
  const first = [
    `      <attributes><divisions>${QUARTER}</divisions>`,
    `<key><fifths>${fifths}</fifths>${key ? `<mode>${key.mode}</mode>` : ''}</key>`,
    `<time><beats>${beats}</beats><beat-type>4</beat-type></time><clef>${clef}</clef></attributes>\n`,
    '      <direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit>',
    `<per-minute>${Math.round(bpm)}</per-minute></metronome></direction-type>`,
    `<sound tempo="${Number(bpm.toFixed(2))}"/></direction>`,
  ].join('');
  const measures = bars.map((own, i) => {
    const lines = own.map((piece) => pieceXml(piece, key));
    const number = pickup > 0 ? i : i + 1;
    return `    <measure number="${number}"${number === 0 ? ' implicit="yes"' : ''}>\n${[...(i === 0 ? [first] : []), ...lines].join('\n')}\n    </measure>`;
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

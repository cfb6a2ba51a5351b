/** Notes, chords and rests as elements of MusicXML. */
import type { Key } from '../../features/harmony/key.js';
import { QUARTER } from '../grid-notes.js';
import { spell } from './key-signature.js';
import type { Piece, WrittenNote } from './written-values.js';

/** How a drum is written. */
export interface WrittenDrum {
  step: string;
  octave: number;
  /** Of the note head, where it is not the usual one. */
  head?: 'x' | 'circle-x' | 'triangle' | 'diamond';
}

/** What notes of a part have in common. */
export interface NoteContext {
  key: Key | null;
  voice: number;
  /** Names of the accidentals that notes are written with. */
  accidentals: ReadonlyMap<WrittenNote, string>;
  /** Elements of the beams that pieces are joined by. */
  beams: ReadonlyMap<Piece, string>;
  /** The place and the instrument's id of a drum; null for parts with pitches. */
  drum: ((midi: number) => WrittenDrum & { instrument: string }) | null;
}

/** Velocity that the attribute `dynamics` has as 100 percent. */
export const FORTE = 90;

/** Where a triplet's bracket begins and ends. */
const bracketOf = ({ begin, length }: Piece): 'start' | 'stop' | null =>
  begin % QUARTER === 0 ? 'start' : (begin + length) % QUARTER === 0 ? 'stop' : null;

const TRIPLET =
  '<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes><normal-type>eighth</normal-type></time-modification>';

/** What a note is: a pitch, or a place of a staff of drums with its head; with the accidental before it. */
function soundXml(
  note: WrittenNote,
  { key, accidentals, drum }: NoteContext,
): { sound: string; instrument: string; shown: string; head: string } {
  if (drum) {
    const { step, octave, head, instrument } = drum(note.midi);
    return {
      sound: `<unpitched><display-step>${step}</display-step><display-octave>${octave}</display-octave></unpitched>`,
      instrument: `<instrument id="${instrument}"/>`,
      shown: '',
      head: head ? `<notehead>${head}</notehead>` : '',
    };
  }
  const { step, alter, octave } = spell(note.midi, key);
  const altered = alter === 0 ? '' : `<alter>${alter}</alter>`;
  const sign = accidentals.get(note);
  return {
    sound: `<pitch><step>${step}</step>${altered}<octave>${octave}</octave></pitch>`,
    ...{ instrument: '', head: '' },
    shown: sign === undefined ? '' : `<accidental>${sign}</accidental>`,
  };
}

const attributesOf = ({ id, velocity }: WrittenNote): string =>
  (id === undefined ? '' : ` id="${id}"`) +
  (velocity === undefined ? '' : ` dynamics="${Number(((100 * velocity) / FORTE).toFixed(2))}"`);

/** One note of a piece, or its rest; `place` counts the notes of a chord. */
function noteXml(piece: Piece, note: WrittenNote | null, place: number, context: NoteContext): string {
  const { length, type, isDotted, isTriplet } = piece;
  const { sound, instrument, shown, head } = note
    ? soundXml(note, context)
    : { sound: '<rest/>', instrument: '', shown: '', head: '' };
  const ties = [...(note?.tiedFrom ? ['stop'] : []), ...(note?.tiedTo ? ['start'] : [])];
  const bracket = isTriplet && place === 0 ? bracketOf(piece) : null;
  const notations = [
    ...ties.map((tie) => `<tied type="${tie}"/>`),
    ...(bracket ? [`<tuplet type="${bracket}" bracket="yes"/>`] : []),
  ];
  return [
    `      <note${note ? attributesOf(note) : ''}>${place > 0 ? '<chord/>' : ''}${sound}`,
    `<duration>${length}</duration>`,
    ...ties.map((tie) => `<tie type="${tie}"/>`),
    `${instrument}<voice>${context.voice}</voice><type>${type}</type>${isDotted ? '<dot/>' : ''}`,
    `${shown}${isTriplet ? TRIPLET : ''}${head}${(place === 0 && context.beams.get(piece)) || ''}`,
    ...(notations.length > 0 ? [`<notations>${notations.join('')}</notations>`] : []),
    '</note>',
  ].join('');
}

/** The lines of a piece: one for a rest, one for each note of a chord. */
export const pieceXml = (piece: Piece, context: NoteContext): string[] =>
  piece.notes.length === 0
    ? [noteXml(piece, null, 0, context)]
    : piece.notes.map((note, place) => noteXml(piece, note, place, context));

/** Scores in MusicXML, of one part or several. */
import type { Key } from '../../features/harmony/key.js';
import { QUARTER } from '../grid-notes.js';
import { accidentalsOf } from './accidentals.js';
import { beamsOf } from './beams.js';
import { fifthsOf } from './key-signature.js';
import { pieceXml, type WrittenDrum } from './score-notes.js';
import { type Piece, type Stretch, writtenPieces } from './written-values.js';

/** The clefs of staves. */
const CLEFS = {
  treble: '<sign>G</sign><line>2</line>',
  bass: '<sign>F</sign><line>4</line>',
  percussion: '<sign>percussion</sign>',
} as const;

/** A part of a score, one staff. */
export interface ScorePart {
  name: string;
  clef: keyof typeof CLEFS;
  /** Instruments as MusicXML has them after the part's name; empty for none. */
  instruments: string;
  /** How drums are written and the ids of their instruments; null for parts with pitches. */
  drum: ((midi: number) => WrittenDrum & { instrument: string }) | null;
  /** The voices of the staff, each without gaps from the beginning to the end of the score. */
  voices: readonly (readonly Stretch[])[];
}

/** What a score has; ticks are of `QUARTER`, from a bar line, of which the first may be before the beginning. */
export interface Score {
  title?: string;
  /** Quarters per minute. */
  tempo: number;
  key: Key | null;
  /** Quarters in a bar. */
  beats: number;
  /** Where the score begins: 0, or where a pickup does. */
  start: number;
  parts: readonly ScorePart[];
  /** Rehearsal marks. */
  marks?: readonly { at: number; name: string }[];
  /** Whether accidentals and beams are written, which notation programs find themselves and others do not. Default: false. */
  engraved?: boolean;
}

/** Text in an element or attribute; control characters that XML forbids are dropped. */
export const xmlText = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** Key, meter and clef; drums have no key. */
function attributesXml({ key, beats }: Score, clef: ScorePart['clef']): string {
  const signature = `<key><fifths>${key ? fifthsOf(key) : 0}</fifths>${key ? `<mode>${key.mode}</mode>` : ''}</key>`;
  return [
    `      <attributes><divisions>${QUARTER}</divisions>`,
    clef === 'percussion' ? '' : signature,
    `<time><beats>${beats}</beats><beat-type>4</beat-type></time><clef>${CLEFS[clef]}</clef></attributes>`,
  ].join('');
}

const tempoXml = (tempo: number): string =>
  [
    '      <direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit>',
    `<per-minute>${Math.round(tempo)}</per-minute></metronome></direction-type>`,
    `<sound tempo="${Number(tempo.toFixed(2))}"/></direction>`,
  ].join('');

/** A rehearsal mark, some ticks from the beginning of its bar. */
const markXml = (name: string, offset: number): string =>
  `      <direction placement="above"><direction-type><rehearsal>${xmlText(name)}</rehearsal></direction-type>${
    offset > 0 ? `<offset>${offset}</offset>` : ''
  }</direction>`;

/** The pieces of a voice by bars; bar 0 is that of the pickup. */
function barsOf(voice: readonly Stretch[], bar: number): Piece[][] {
  const pieces = writtenPieces(voice, bar);
  const count = Math.ceil((pieces[pieces.length - 1].begin + 1) / bar);
  const bars = Array.from({ length: count }, (_): Piece[] => []);
  for (const piece of pieces) bars[Math.floor(piece.begin / bar)].push(piece);
  return bars;
}

const lengthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** The lines of a bar of a part: its voices one after the other; those below the first only where they sound. */
function barLines(score: Score, part: ScorePart, voices: readonly (readonly Piece[])[]): string[] {
  const { key } = score;
  const accidentals = score.engraved && !part.drum ? accidentalsOf(voices.flat(), key) : new Map();
  return voices.flatMap((pieces, i) => {
    if (i > 0 && pieces.every(({ notes }) => notes.length === 0)) return [];
    const back = i > 0 ? [`      <backup><duration>${lengthOf(pieces)}</duration></backup>`] : [];
    const beams: ReadonlyMap<Piece, string> = score.engraved ? beamsOf(pieces) : new Map();
    const context = { key, voice: i + 1, accidentals, beams, drum: part.drum };
    return [...back, ...pieces.flatMap((piece) => pieceXml(piece, context))];
  });
}

/** The bars of a part; tempo and rehearsal marks are those of the first. */
function measuresXml(score: Score, part: ScorePart, place: number): string {
  const { tempo, start, marks = [] } = score;
  const bar = score.beats * QUARTER;
  const voices = part.voices.map((voice) => barsOf(voice, bar));
  const measures = voices[0].map((_, i) => {
    const own = place === 0 ? marks.filter(({ at }) => Math.floor(at / bar) === i) : [];
    const begin = i === 0 ? start : i * bar;
    const head = [
      ...(i === 0 ? [attributesXml(score, part.clef)] : []),
      ...(i === 0 && place === 0 ? [tempoXml(tempo)] : []),
      ...own.map(({ at, name }) => markXml(name, at - begin)),
    ];
    const number = start > 0 ? i : i + 1;
    const lines = barLines(
      score,
      part,
      voices.map((bars) => bars[i]),
    );
    return `    <measure number="${number}"${number === 0 ? ' implicit="yes"' : ''}>\n${[...head, ...lines].join('\n')}\n    </measure>`;
  });
  return measures.join('\n');
}

/** A score as a file of MusicXML 4.0. A pickup is a bar of its own, which is not counted. */
export function scoreXml(score: Score): string {
  const { title, parts } = score;
  const list = parts.map(
    ({ name, instruments }, i) =>
      `<score-part id="P${i + 1}"><part-name>${xmlText(name)}</part-name>${instruments}</score-part>`,
  );
  const written = parts.map(
    (part, i) => `  <part id="P${i + 1}">\n${measuresXml(score, part, i)}\n  </part>\n`,
  );
  const work = title === undefined ? '' : `  <work><work-title>${xmlText(title)}</work-title></work>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0">
${work}  <identification><encoding><software>polytag</software></encoding></identification>
  <part-list>${list.join('')}</part-list>
${written.join('')}</score-partwise>
`;
}

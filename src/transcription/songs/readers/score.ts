/** What a file of MusicXML says: parts with their notes, and what holds for all of them. */
import { DOMParser, type Element } from '@xmldom/xmldom';
import { messageOf } from '../../../base/errors.js';

const SEMITONES: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** A note; tied notes are one. */
export interface ScoreNote {
  /** In quarters from the beginning. */
  onset: number;
  offset: number;
  /** As it sounds; null for a drum. */
  pitch: number | null;
  voice: string;
  /** Of the part's instruments; null where the note names none. */
  instrument: string | null;
  /** Attribute `dynamics`: percent of the velocity 90; null without it. */
  dynamics: number | null;
}

/** An instrument as MIDI plays it; null for what the file does not say. */
export interface ScoreInstrument {
  id: string;
  /** From 1. */
  channel: number | null;
  program: number | null;
  /** Number of the drum, from 1. */
  unpitched: number | null;
  /** In percent. */
  volume: number | null;
  /** In degrees, -90 for left. */
  pan: number | null;
}

/** A part. */
export interface ReadPart {
  name: string;
  instruments: ScoreInstrument[];
  notes: ScoreNote[];
  /** Length of each bar in quarters, by what is in it. */
  bars: number[];
}

/** Something that holds from a time in quarters on. */
export interface Change<T> {
  at: number;
  value: T;
}

/** A score. */
export interface ReadScore {
  title: string | null;
  parts: ReadPart[];
  /** Quarters per minute, sharps with the mode, and quarters in a bar, in the order of the parts. */
  tempos: Change<number>[];
  keys: Change<{ fifths: number; mode: string }>[];
  meters: Change<number>[];
  /** Rehearsal marks. */
  marks: Change<string>[];
  /** Whether bars are to be repeated; they are read once. */
  repeats: boolean;
}

const children = (element: Element, name: string): Element[] =>
  [...element.childNodes].filter((node): node is Element => node.nodeName === name);

/** The text of a child; undefined without it. */
const textOf = (element: Element | undefined, name: string): string | undefined =>
  element && children(element, name)[0]?.textContent?.trim();

/** The number in a child, 0 without it. Throws Error for other text, which would make every later time unknown. */
function numberIn(element: Element | undefined, name: string): number {
  const text = textOf(element, name) ?? '0';
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`<${name}> is ${JSON.stringify(text)}, which is not a number`);
  return value;
}

/** A number that may be missing. */
function numberOf(text: string | null | undefined): number | null {
  const value = text == null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function pitchOf(note: Element): number | null {
  const [pitch] = children(note, 'pitch');
  const semitone = SEMITONES[textOf(pitch, 'step') ?? ''];
  return semitone === undefined
    ? null
    : 12 * (numberIn(pitch, 'octave') + 1) + semitone + numberIn(pitch, 'alter');
}

function instrumentsOf(part: Element): ScoreInstrument[] {
  return children(part, 'midi-instrument').map((own) => ({
    id: own.getAttribute('id') ?? '',
    channel: numberOf(textOf(own, 'midi-channel')),
    program: numberOf(textOf(own, 'midi-program')),
    unpitched: numberOf(textOf(own, 'midi-unpitched')),
    volume: numberOf(textOf(own, 'volume')),
    pan: numberOf(textOf(own, 'pan')),
  }));
}

/** Reads bars one after the other, with what holds in them. */
class PartReader {
  readonly notes: ScoreNote[] = [];
  readonly bars: number[] = [];
  /** The last note of each voice and sound, which one that is tied goes on with. */
  private readonly last = new Map<string, ScoreNote>();
  private divisions = 1;
  /** Semitones from what is written to what sounds. */
  private transposed = 0;
  private now = 0;
  private begin = 0;

  constructor(private readonly score: ReadScore) {}

  readBar(measure: Element): void {
    const start = this.now;
    let end = start;
    for (const element of [...measure.childNodes] as Element[]) {
      this.readElement(element);
      end = Math.max(end, this.now);
    }
    this.bars.push(end - start);
    this.now = end;
  }

  private lengthOf(element: Element): number {
    const duration = numberIn(element, 'duration');
    if (duration < 0) throw new Error(`<duration> is ${duration}, which is negative`);
    return duration / this.divisions;
  }

  private readElement(element: Element): void {
    const { nodeName } = element;
    if (nodeName === 'attributes') this.readAttributes(element);
    else if (nodeName === 'backup') this.now -= this.lengthOf(element);
    else if (nodeName === 'forward') this.now += this.lengthOf(element);
    else if (nodeName === 'direction') this.readDirection(element);
    else if (nodeName === 'sound') this.readTempo(element);
    else if (nodeName === 'barline') this.score.repeats ||= children(element, 'repeat').length > 0;
    else if (nodeName === 'note' && children(element, 'grace').length === 0) this.readNote(element);
  }

  private readDirection(element: Element): void {
    this.readTempo(children(element, 'sound')[0]);
    const at = this.now + numberIn(element, 'offset') / this.divisions;
    for (const type of children(element, 'direction-type')) {
      const value = textOf(type, 'rehearsal');
      if (value) this.score.marks.push({ at, value });
    }
  }

  private readTempo(sound: Element | undefined): void {
    const tempo = numberOf(sound?.getAttribute('tempo'));
    if (tempo !== null && tempo > 0) this.score.tempos.push({ at: this.now, value: tempo });
  }

  private readAttributes(element: Element): void {
    this.divisions = numberIn(element, 'divisions') || this.divisions;
    const [transpose] = children(element, 'transpose');
    if (transpose)
      this.transposed = numberIn(transpose, 'chromatic') + 12 * numberIn(transpose, 'octave-change');
    const [key] = children(element, 'key');
    const fifths = numberOf(textOf(key, 'fifths'));
    if (fifths !== null)
      this.score.keys.push({ at: this.now, value: { fifths, mode: textOf(key, 'mode') ?? 'major' } });
    const [time] = children(element, 'time');
    const beats = (textOf(time, 'beats') ?? '').split('+').reduce((sum, part) => sum + Number(part), 0);
    const quarters = (4 * beats) / numberIn(time, 'beat-type');
    if (quarters > 0 && Number.isFinite(quarters)) this.score.meters.push({ at: this.now, value: quarters });
  }

  private readNote(element: Element): void {
    const length = this.lengthOf(element);
    if (children(element, 'chord').length === 0) {
      this.begin = this.now;
      this.now += length;
    }
    const written = pitchOf(element);
    if (written === null && children(element, 'unpitched').length === 0) return;
    const pitch = written === null ? null : written + this.transposed;
    const voice = textOf(element, 'voice') ?? '1';
    const instrument = children(element, 'instrument')[0]?.getAttribute('id') ?? null;
    const key = `${voice} ${pitch ?? instrument}`;
    const offset = this.begin + length;
    const isTied = children(element, 'tie').some((tie) => tie.getAttribute('type') === 'stop');
    const tied = isTied ? this.last.get(key) : undefined;
    if (tied) {
      tied.offset = offset;
      return;
    }
    const dynamics = numberOf(element.getAttribute('dynamics'));
    const note = { onset: this.begin, offset, pitch, voice, instrument, dynamics };
    this.last.set(key, note);
    this.notes.push(note);
  }
}

/** Reads a score of parts ("score-partwise"). Throws Error in a few words for text that is not one. */
export function readScore(text: string): ReadScore {
  const problems: string[] = [];
  const parser = new DOMParser({
    onError: (level, message) => {
      if (level === 'warning') return;
      problems.push(message.split('\n')[0]);
      throw new Error(problems[0]);
    },
  });
  let root: Element | null;
  try {
    root = parser.parseFromString(text, 'text/xml').documentElement;
  } catch (error) {
    // The parser puts what was thrown into a sentence of its own.
    throw new Error(problems[0] ?? messageOf(error));
  }
  if (root?.nodeName !== 'score-partwise')
    throw new Error('it is not MusicXML of parts ("score-partwise"), which notation programs export');
  const [work] = children(root, 'work');
  const title = textOf(root, 'movement-title') || textOf(work, 'work-title') || null;
  const score: ReadScore = { title, parts: [], tempos: [], keys: [], meters: [], marks: [], repeats: false };
  const [list] = children(root, 'part-list');
  const listed = new Map(
    (list ? children(list, 'score-part') : []).map((part) => [part.getAttribute('id'), part]),
  );
  for (const part of children(root, 'part')) {
    const own = listed.get(part.getAttribute('id'));
    const reader = new PartReader(score);
    for (const measure of children(part, 'measure')) reader.readBar(measure);
    score.parts.push({
      name: textOf(own, 'part-name') ?? '',
      instruments: own ? instrumentsOf(own) : [],
      ...{ notes: reader.notes, bars: reader.bars },
    });
  }
  return score;
}

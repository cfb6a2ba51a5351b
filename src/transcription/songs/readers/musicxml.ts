/** Songs of MusicXML files: a part for each staff's voice, tied notes as one; repeats are not played. */
import { DOMParser, type Element } from '@xmldom/xmldom';
import type { MelodyNote } from '../song.js';
import { type DecodeText, fileText, type ReadSongs } from './reader.js';

const SEMITONES: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

const children = (element: Element, name: string): Element[] =>
  [...element.childNodes].filter((node): node is Element => node.nodeName === name);

/** The text of a child; undefined without it. */
const textOf = (element: Element | undefined, name: string): string | undefined =>
  element && children(element, name)[0]?.textContent?.trim();

const numberIn = (element: Element | undefined, name: string): number => Number(textOf(element, name) ?? 0);

function pitchOf(note: Element): number | null {
  const [pitch] = children(note, 'pitch');
  const semitone = SEMITONES[textOf(pitch, 'step') ?? ''];
  return semitone === undefined
    ? null
    : 12 * (numberIn(pitch, 'octave') + 1) + semitone + numberIn(pitch, 'alter');
}

/** The notes of a part by voice, in divisions. */
function voicesOf(part: Element): MelodyNote[][] {
  const voices = new Map<string, MelodyNote[]>();
  let divisions = 1;
  let now = 0;
  let begin = 0;
  for (const measure of children(part, 'measure'))
    for (const element of [...measure.childNodes] as Element[]) {
      const length = (): number => numberIn(element, 'duration') / divisions;
      if (element.nodeName === 'attributes') divisions = numberIn(element, 'divisions') || divisions;
      else if (element.nodeName === 'backup') now -= length();
      else if (element.nodeName === 'forward') now += length();
      else if (element.nodeName === 'note' && children(element, 'grace').length === 0) {
        if (children(element, 'chord').length === 0) {
          begin = now;
          now += length();
        }
        const pitch = pitchOf(element);
        if (pitch === null) continue;
        const voice = textOf(element, 'voice') ?? '1';
        const notes = voices.get(voice) ?? [];
        voices.set(voice, notes);
        const offset = begin + length();
        const isTied = children(element, 'tie').some((tie) => tie.getAttribute('type') === 'stop');
        const tied = isTied ? notes.findLast((note) => note.pitch === pitch) : undefined;
        if (tied) tied.offset = offset;
        else notes.push({ onset: begin, offset, pitch });
      }
    }
  return [...voices.values()];
}

export const readMusicXml: ReadSongs = async (bytes, decode: DecodeText = fileText) => {
  const parser = new DOMParser({
    onError: (level, message) => {
      if (level !== 'warning') throw new Error(message.split('\n')[0]);
    },
  });
  const document = parser.parseFromString(await decode(bytes), 'text/xml');
  const score = document.documentElement;
  if (score?.nodeName !== 'score-partwise')
    throw new Error('it is not MusicXML of parts ("score-partwise"), which notation programs export');
  const [work] = children(score, 'work');
  const title = textOf(score, 'movement-title') || textOf(work, 'work-title') || null;
  return [{ number: null, title, parts: children(score, 'part').flatMap(voicesOf) }];
};

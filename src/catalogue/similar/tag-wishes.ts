/** What a person asks of tags, in words: "slow piano, no vocals". */
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest-name.js';

/** A tag that a track should have, or should not have. */
export interface TagWish {
  label: string;
  isWanted: boolean;
}

const NEGATIONS = ['no', 'not', 'without'];

/** Words that stand between tags. */
const CONNECTIVES = ['and', 'with'];

/** A name in lower case, its words separated by single spaces; a plural's "s" does not count. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[_-]/g, ' ')
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word))
    .join(' ');

/**
 * The tags that a text names, separated by commas, spaces or "and"; "no", "not" and "without" go with the tag after
 * them, unless that is a tag as a whole ("no vocals" of MagnaTagATune). Of names that fit the longest is taken; case,
 * hyphens and a plural's "s" do not count.
 *
 * @throws UsageError that names the nearest tag of the first word that is none
 */
export function parseWishes(text: string, labels: readonly string[]): TagWish[] {
  if (labels.length === 0) throw new UsageError('The table has no tags.');
  // The exact spelling first, since a table may have both "vocal" and "vocals".
  const byName = new Map<string, string>();
  for (const label of labels) byName.set(label.toLowerCase(), label);
  for (const label of labels) if (!byName.has(plain(label))) byName.set(plain(label), label);
  const wishes = text.split(/[,;+]/).flatMap((part) => wishesOf(part, byName, labels));
  if (wishes.length === 0) throw new UsageError('Name at least one tag.');
  return wishes;
}

function wishesOf(part: string, byName: ReadonlyMap<string, string>, labels: readonly string[]): TagWish[] {
  const words = part.trim().split(/\s+/).filter(Boolean);
  const wishes: TagWish[] = [];
  let isWanted = true;
  for (let at = 0; at < words.length; ) {
    let length = words.length - at;
    const nameOf = (): string | undefined => {
      const written = words.slice(at, at + length).join(' ');
      return byName.get(written.toLowerCase()) ?? byName.get(plain(written));
    };
    while (length > 0 && nameOf() === undefined) length--;
    const label = nameOf();
    if (length > 0 && label !== undefined) {
      wishes.push({ label, isWanted });
      isWanted = true;
      at += length;
      continue;
    }
    const word = words[at].toLowerCase();
    if (NEGATIONS.includes(word)) isWanted = false;
    else if (!CONNECTIVES.includes(word))
      throw new UsageError(
        `The table has no tag "${words.slice(at).join(' ')}"; the nearest is "${nearestName(words.slice(at).join(' '), labels)}".`,
      );
    at++;
  }
  if (!isWanted) throw new UsageError(`"${part.trim()}" does not say which tag is not wanted.`);
  return wishes;
}

/**
 * How well scores fit, from 0 to 1: the geometric mean of the scores of tags that are wanted, and of 1 − score of those
 * that are not. Its order does not depend on a tag's scale, which differs between frequent and rare tags. Of one wanted
 * tag it is the score itself.
 */
export function fitOf(scores: Float32Array, places: readonly { place: number; isWanted: boolean }[]): number {
  if (places.length === 1 && places[0].isWanted) return scores[places[0].place];
  let logs = 0;
  for (const { place, isWanted } of places)
    logs += Math.log(Math.min(1, Math.max(0, isWanted ? scores[place] : 1 - scores[place])));
  return Math.exp(logs / places.length);
}

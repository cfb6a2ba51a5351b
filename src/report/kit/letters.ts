/** Letters for experiments whose names are too long to be told apart in charts and differences. */
import { type Html, html } from './html.js';

/** Names up to this many characters stand as they are. */
const SHORT = 24;

/** Experiments as pages name them. */
export interface LetteredNames {
  /** In tables and legends: the name, after its letter where there are letters. */
  names: string[];
  /** In differences: the letter, or the name where it is short. */
  short: string[];
  /** What the letters stand for; null where there are none. */
  key: Html | null;
}

/** A, B, … Z, AA, AB, … */
function letterOf(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : letterOf(Math.floor(place / 26) - 1) + last;
}

/** Gives every name a letter where one of them is long; a single name needs none. */
export function letterNames(names: readonly string[]): LetteredNames {
  if (names.length < 2 || names.every(({ length }) => length <= SHORT))
    return { names: [...names], short: [...names], key: null };
  const short = names.map((_, place) => letterOf(place));
  return {
    names: names.map((name, place) => `${short[place]}: ${name}`),
    short,
    key: html`<dl class="letters">${names.map((name, place) => html`<div><dt>${short[place]}</dt><dd>${name}</dd></div>`)}</dl>`,
  };
}

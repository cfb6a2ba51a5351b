/**
 * The same number of tracks of each value of a column, such as the language.
 *
 * Where lyrics in several languages are sorted into genres, a classifier that knows nothing of genres does well when
 * each genre has a language of its own. So balance is a matter of each class: with as many tracks of every language in
 * each class, the language says nothing about the class (P(class | language) is P(class)), in training and in test.
 */
import { randomGenerator } from '../../../base/random.js';

export interface BalancedTrack {
  id: string;
  /** Value to balance, as in `en`; empty where unknown. */
  value: string;
  /** Its class; of a tagged track, any text that is the same for all. */
  stratum: string;
}

export interface Balance {
  /** Ids of the tracks that are kept. */
  kept: Set<string>;
  /** The values, in alphabetical order. */
  values: string[];
  /** Classes that lack a value wholly, so that they are left out. */
  lacking: string[];
}

/**
 * Selects tracks so that each class has the same number of every value: the number of its rarest one. A class that
 * lacks one wholly keeps none; tracks without a value are dropped. Where target and column are the same, every class
 * gets the number of the smallest: give one stratum for that. The order of `tracks` has no effect; `seed` decides which
 * ones stay.
 */
export function balanceTracks(tracks: readonly BalancedTrack[], seed: number): Balance {
  const known = tracks.filter(({ value }) => value !== '');
  const values = [...new Set(known.map(({ value }) => value))].sort();
  const strata = [...new Set(known.map(({ stratum }) => stratum))].sort();
  const kept = new Set<string>();
  const lacking: string[] = [];
  for (const stratum of strata) {
    const cells = values.map((value) =>
      known
        .filter((track) => track.stratum === stratum && track.value === value)
        .map(({ id }) => id)
        .sort(),
    );
    const count = Math.min(...cells.map((cell) => cell.length));
    if (count === 0) lacking.push(stratum);
    for (const [i, cell] of cells.entries()) {
      const order = randomGenerator(seed, 'balance', stratum, values[i]).shuffle(cell);
      for (const id of order.slice(0, count)) kept.add(id);
    }
  }
  return { kept, values, lacking };
}

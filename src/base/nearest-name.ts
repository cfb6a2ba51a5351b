/** The known name that was probably meant; apart from the config's keys, whose schema takes half a second to load. */
import { distance } from 'fastest-levenshtein';

/** The known name nearest to `written` by Levenshtein distance; `known` has at least one. */
export function nearestName<Name extends string>(written: string, known: readonly Name[]): Name {
  return known.reduce((best, candidate) =>
    distance(written, candidate) < distance(written, best) ? candidate : best,
  );
}

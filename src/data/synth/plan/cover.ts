/** Chooses among random albums so that a split shows every tag and every quadrant. */
import type { RandomGenerator } from '../../../base/random.js';
import type { ClipPlan } from './clip-plan.js';
import { SYNTHETIC_TAGS, tagsOf } from './tags.js';

/** Most redraws before the best plan so far is taken: a split of a few clips cannot have everything. */
const MOST_REDRAWS = 6000;

/** Probability of keeping a worse draw, so that the search leaves local minima. */
const WORSE_ACCEPTED = 0.02;

/** What a split lacks: tags never or always present, quadrants far from a quarter each. */
function lacking(albums: readonly ClipPlan[][]): number {
  const clips = albums.flat();
  const present = new Map<string, number>();
  const quadrants = new Map<string, number>([
    ['lowpositive', 0],
    ['lownegative', 0],
    ['highpositive', 0],
    ['highnegative', 0],
  ]);
  for (const clip of clips) {
    for (const tag of tagsOf(clip)) present.set(tag, (present.get(tag) ?? 0) + 1);
    const quadrant = clip.song.energy + clip.song.mood;
    quadrants.set(quadrant, quadrants.get(quadrant)! + 1);
  }
  const missing = SYNTHETIC_TAGS.filter((tag) => {
    const count = present.get(tag) ?? 0;
    return count === 0 || count === clips.length;
  }).length;
  let uneven = 0;
  for (const count of quadrants.values()) {
    if (count === 0) uneven += 2;
    // Chance gives a tenth of the clips either way in a few hundred.
    if (Math.abs(count - clips.length / 4) > Math.max(2, clips.length / 10)) uneven += 1;
  }
  return missing + uneven;
}

/**
 * Draws albums and redraws single ones, keeping what is not worse (rarely, what is), until nothing is lacking.
 *
 * @param draw - the album at a place; another `attempt` gives another album
 */
export function cover(
  places: number,
  draw: (place: number, attempt: number) => ClipPlan[],
  random: RandomGenerator,
): ClipPlan[][] {
  const albums = Array.from({ length: places }, (_, place) => draw(place, 0));
  let lack = lacking(albums);
  for (let attempt = 1; lack > 0 && attempt <= MOST_REDRAWS; attempt++) {
    const place = random.integer(places);
    const kept = albums[place];
    albums[place] = draw(place, attempt);
    const now = lacking(albums);
    if (now <= lack || random.uniform() < WORSE_ACCEPTED) lack = now;
    else albums[place] = kept;
  }
  return albums;
}

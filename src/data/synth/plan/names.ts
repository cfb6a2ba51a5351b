/** Invented names of artists, albums and songs. None says anything about the sound or the mood. */
import type { RandomGenerator } from '../../../base/random.js';

const FIRST =
  `amber anton arlo basil bruno cedar clara cobalt copper delta dora edda elias ember faro fern galen
greta hazel hugo indigo iris ivo jonas juno karin larch leo linden lotte mako maren milo nadia nils olive onyx
orla otto pavel petra quill rhea rowan sable selma silas sorrel tamsin teal tilda umber vera viggo willa yara
zeno`.split(/\s+/);

const SECOND =
  `adler ashby berg brook calder castell dahl doyle ellery falk finch garner hale holm ibsen jarvis
keller kestrel lang larkin marsh mercer moss nash norden oakes pell quist reed rosen sand sorensen stone tarn
thorne vale voss ward weir wren yates zeller`.split(/\s+/);

const ENSEMBLES = 'trio quartet ensemble project collective duo players union'.split(' ');

const PLACES = `avenue bay bridge canal cellar corner court dock ferry field gallery garden gate harbour hill
house island junction kitchen lane library market meadow mill orchard park pier platform quarry road room square
station street studio terrace tower valley village wharf yard`.split(/\s+/);

const QUALITIES =
  `all another blue early eastern every first fourth green half inner little middle narrow near
northern old other outer painted paper quarter red second seven sixth small southern third twelve twin upper
western white wide wooden yellow`.split(/\s+/);

/** Draws an artist's name in lower case, as in `clara holm`, that is not in `used`, and adds it. */
export function artistName(random: RandomGenerator, used: Set<string>): string {
  for (;;) {
    const person = `${random.pick(FIRST)} ${random.pick(SECOND)}`;
    const base = random.uniform() < 0.6 ? person : `${random.pick(SECOND)} ${random.pick(ENSEMBLES)}`;
    const name = used.has(base) ? `${person} ${random.pick(ENSEMBLES)} ${used.size}` : base;
    if (used.has(name)) continue;
    used.add(name);
    return name;
  }
}

/** Draws an album's name in lower case, as in `narrow harbour 12`; its number in the corpus keeps names distinct. */
export function albumName(random: RandomGenerator, index: number): string {
  return `${random.pick(QUALITIES)} ${random.pick(PLACES)} ${index + 1}`;
}

/** Draws a song's title in lower case, as in `the second pier`, that is not in `used`, and adds it. */
export function songTitle(random: RandomGenerator, used: Set<string>): string {
  for (;;) {
    const article = random.pick(['the ', '', 'a ', 'past the ', 'by the ']);
    const title = `${article}${random.pick(QUALITIES)} ${random.pick(PLACES)}`;
    if (used.has(title)) continue;
    used.add(title);
    return title;
  }
}

/** Marks of a song's structure between its lines, as Genius and Chinese sites put them: `[Verse 1: Artist]`, `[副歌]`. */

/** Whether marks of structure are read. */
export const SECTION_CHOICES = ['drop', 'keep'] as const;

/** Names of parts that hardly stand for anything else. */
const NAMES =
  '(?:pre|post)[- ]?chorus|chorus|verse|hook|bridge|intro(?:duction)?|outro|refrain|interlude|coda|estribillo|pre[- ]?coro|coro|verso|puente|estrofa|couplet|pont|strophe|refrão|ponte|ritornello|strofa|куплет|припев|主歌|副歌|前奏|间奏|間奏|尾奏|尾声|尾聲|桥段|橋段|导歌|導歌|过门|過門|念白|口白|独白|獨白|说唱|說唱|第[一二三四五六七八九十]段|[AB]メロ|大?サビ|イントロ|アウトロ|間奏|[1-9]절|후렴|벌스|훅|브릿지|브리지|인트로|아웃트로|간주';
/** Names that are also words, in square brackets alone. */
const OTHER_NAMES =
  '(?:guitar |piano |drum |sax |bass )?solo|(?:instrumental|beat|dance)(?: (?:break|bridge|intro|outro|interlude))?|break(?:down)?|drop|build(?:-up)?|skit|spoken(?: word)?|part|vers|end(?:ing)?|合唱|合|男|女|重复|重複|合唱团|合唱團';
/** What may follow a name: `1`, `II`, `A`, `1 & 2`, `One`, `x2`. */
const NUMBER =
  '(?:[ .]*(?:\\d{1,2}|[ivx]{1,4}|[a-d]|one|two|three|four|[一二三四]))?(?: ?[&/+,-] ?\\d{1,2})?(?: ?[x×*] ?\\d{1,2})?';
/** Who sings it, or the like. */
const REST = '(?:\\s*:\\s*.{0,120}|\\s+[-–—]\\s+.{1,120})?';

const SQUARE = new RegExp(
  `^(?:\\[|【)\\s*(?:repeat )?(?:${NAMES}|${OTHER_NAMES})${NUMBER}${REST}\\s*(?:\\]|】)$`,
  'iu',
);
const ROUND = new RegExp(`^\\(\\s*(?:repeat )?(?:${NAMES})${NUMBER}${REST}\\s*\\)$`, 'iu');
const BARE = new RegExp(`^(?:${NAMES})${NUMBER}\\s*:$`, 'iu');

/**
 * Whether a line is a mark of structure and no words: a name of a part in brackets, perhaps with a number and who sings
 * it (`[Verse 1: Artist]`, `（副歌）`, `【间奏】`), or before a colon that ends the line (`Chorus:`).
 */
export function isSectionMark(line: string): boolean {
  const text = line.normalize('NFKC').trim();
  if (text.length > 200) return false;
  return SQUARE.test(text) || ROUND.test(text) || BARE.test(text);
}

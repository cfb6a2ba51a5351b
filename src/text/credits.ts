/**
 * Lines of a lyrics file that are not sung: who wrote, played and recorded the song, as players such as NetEase and QQ
 * Music put them before the words, and remarks that there are no words.
 */

/** Morphemes of Chinese labels (simplified and traditional), Japanese kanji among them: 弦乐录音师, 混音/母带, 作詞. */
const HAN_ROLES =
  '作[词詞]|填[词詞]|原[词詞]|[词詞]曲|作曲|原曲|[谱譜]曲|[编編]曲|[编編][写寫]|改[编編]|[编編][辑輯]|[监監][制製唱棚]|[制製]作人?|出品人?|[发發]行|混音|混[缩縮]|[缩縮]混|母[带帶]|[录錄録]音|[录錄]制|和[声聲音]|合[声聲]|合音|吉他|[贝貝]斯|[键鍵][盘盤]|弦[乐樂]|管[乐樂]|配唱|人[声聲]|封面|策[划劃]|[统統][筹籌]|企[划劃]|宣[传傳]|推[广廣]|版[权權]|[营營][销銷]|音[乐樂]|[总總][监監]|后期|後期|演唱|原唱|翻唱|歌手|演奏|笛子?|二胡|古[筝箏]|琵琶|[钢鋼]琴|提琴|[萨薩]克斯|打[击擊][乐樂]|架子鼓|文案|美工|[题題]字|曲[绘繪]|海[报報]|[设設][计計]|[项項]目|[艺藝]人|[经經][纪紀]|法[务務]|[鸣鳴][谢謝]|[翻譯译]+[译譯]|校[对對]|歌[词詞]|指[挥揮]|程序|采[样樣]|音效|主唱|[词詞]|曲|鼓|唄|歌|箏|筝';
/** What only follows or joins them. */
const HAN_JOINTS =
  '工程[师師]?|工作室|公司|[团團][队隊]|助理|[师師]|人[员員]?|者|[员員]|室|棚|[单單]位|方|手|[团團]|[组組]|部|大|小|中|主|[总總]|副|[联聯]合|特[别別]|[执執]行|[电電]|木|古典|出版|[与與和及兼]|原|群|[处處]理|[调調]音|[乐樂]器|第一|第二|首席';
// Each morpheme is taken once and for all (a lookahead does not go back): a label of many takes no longer than one of few.
const HAN_LABEL = new RegExp(`^(?:(?=(${HAN_ROLES}|${HAN_JOINTS}))\\1)+$`, 'u');
const HAN_ROLE = new RegExp(HAN_ROLES, 'u');

/** Labels in kana and hangul. */
const OTHER_LABEL =
  /^(?:プロデュース|プロデューサー|ミックス|ミキシング|マスタリング|レコーディング|エンジニア|アレンジ|ギター|ベース|ドラムス?|ピアノ|キーボード|ストリングス|コーラス|ボーカル|ヴォーカル|うた|작사가?|작곡가?|편곡가?|노래|가수|프로듀서|프로듀싱|믹싱|믹스|마스터링|녹음|보컬|코러스|기타|드럼|피아노|베이스|건반|제작|엔지니어)$/u;

/** Latin words that name a role by themselves. */
const LATIN_ROLE =
  /^(?:lyrics?|lyricists?|words|music|composers?|composed|composition|arrangers?|arranged|arrangements?|producers?|produced|production|vocals?|chorus|harmony|guitars?|guitarist|bass|bassist|drums?|drummer|piano|keyboards?|synths?|synthesizer|strings?|violin|viola|cello|recording|recorded|mixing|mixed|mix|mixer|mastering|mastered|engineers?|engineered|studios?|editing|edited|editor|programming|programmed|percussion|publishers?|publishing|published|copyright|op|sp|isrc|upc|written|writers?|songwriters?|authors?|performed|performers?|artists?|singers?|conductor|orchestra|released|distribution|distributed|management|marketing|design|photography|translat(?:ed|or|ion)|letra|m[uú]sica|autor(?:es)?|compositor(?:es)?|productor|arreglos|paroles|musique|compositeur|auteur|musik)$/u;
const LATIN_JOINT =
  /^(?:by|and|the|all|co|executive|lead|backing|background|additional|assistant|digital|sound|audio|electric|acoustic|vocal|music|instruments?|supervisor|director|a|r|original|song|cover|string|at|de|y|et|von|e)$/u;

/** A label of these alone may also say who sings the next words, so that it counts only beside other credits. */
const WEAK =
  /^(?:[词詞曲鼓唄歌筝箏]|歌手|[词詞]曲|和[声聲音]|合[声聲音]|演唱|主唱|原唱|人[声聲]|音[乐樂]|music|words|vocals?|chorus|harmony|singers?|artists?|guitars?|bass|drums?|piano|strings?|violin|cello|mix|design|orchestra|op|sp|うた|노래|가수|보컬|코러스|기타|ギター|ベース|ボーカル|コーラス)$/u;

/** Labels of one character that name an author, two of which prove each other: `词：`, `曲：`. */
const AUTHOR = /^[词詞曲]\s*[:/]/u;

/** Wishes of those who hold the rights. */
const NOTICE =
  /未经.{0,30}(?:许可|授权|允许|同意)|未經.{0,30}(?:許可|授權|允許|同意)|不得(?:翻唱|翻录|翻錄|转载|轉載|使用)|享有本翻译作品的著作权|歌词(?:翻译)?由.{1,30}提供|著作权人|版权所有|版權所有|lyrics (?:are )?(?:provided|licensed|translated) by|all rights reserved/iu;

/** Without a colon, at the head of a text alone: `作词 林夕`, `Written by Bob Dylan`. */
const HAN_UNMARKED =
  /^(?:作[词詞]|填[词詞]|作曲|[词詞]曲|[编編]曲|[制製]作人?|[监監][制製]|混音|母[带帶]|[录錄]音|작사|작곡|편곡)(?:\s*[/&、・]\s*(?:作?[词詞曲]|[编編]曲|작사|작곡|편곡))*\s+\S.{0,30}$/u;
const BY_UNMARKED =
  /^(?:all )?(?:(?:lyrics|words|music|written|composed|produced|arranged|mixed|mastered|recorded|performed|engineered)(?:\s*(?:,|&|and)\s*)?)+\s*by\s+(?=\P{Lowercase_Letter})\S.{0,60}$/iu;

/** A title line: `晴天 - 周杰伦`. */
const TITLE = /^.{1,60}?\s[-–—]\s.{1,60}$/u;
/** A title and a name above the credits are short, and at most two lines. */
const LONGEST_TITLE = 60;
const MOST_TITLES = 2;

type Credit = 'strong' | 'weak' | null;

/**
 * Which lines of a text are credits rather than words: labelled ones (`作词：`, `混音师/Mixing Engineer:`, `作詞・作曲：`,
 * `작사:`, `Produced by:`), rights notices, and the title above them. Labels that may also name who sings (`和声：`,
 * `Chorus:`) count at the head and the end alone, next to other credits.
 */
export function creditLines(lines: readonly string[]): boolean[] {
  const found = lines.map(creditOf);
  const isCredit = found.map((credit) => credit === 'strong');
  const filled = lines.flatMap((line, i) => (line.trim() === '' ? [] : [i]));
  const first = filled.findIndex((i) => found[i] !== null || isUnmarked(lines[i]));
  if (first >= 0 && first <= MOST_TITLES) {
    const rest = filled.slice(first);
    const end = rest.findIndex((i) => found[i] === null && !isUnmarked(lines[i]));
    const block = end < 0 ? rest : rest.slice(0, end);
    const titles = filled.slice(0, first);
    const isHead =
      titles.every((i) => isTitle(lines[i])) &&
      (block.length > 1 || titles.length === 0 || titles.some((i) => TITLE.test(lines[i])));
    // A label that may name who sings proves nothing: "Music: it moves me" may be the first line of a song.
    const isProven =
      block.some((i) => found[i] === 'strong' || HAN_UNMARKED.test(plain(lines[i]))) ||
      block.filter((i) => AUTHOR.test(plain(lines[i])) || isUnmarked(lines[i])).length > 1;
    if (isHead && isProven) for (const i of [...titles, ...block]) isCredit[i] = true;
  }
  for (const i of filled.toReversed()) {
    if (found[i] === null) break;
    if (found[i] === 'weak' && !filled.some((j) => j > i && isCredit[j])) break;
    isCredit[i] = true;
  }
  return isCredit;
}

const plain = (line: string): string => line.normalize('NFKC').trim();
const isTitle = (line: string): boolean => plain(line).length <= LONGEST_TITLE && !plain(line).includes(':');
const isUnmarked = (line: string): boolean => HAN_UNMARKED.test(plain(line)) || BY_UNMARKED.test(plain(line));

function creditOf(line: string): Credit {
  const text = plain(line).toLowerCase();
  if (text.length <= 120 && NOTICE.test(text)) return 'strong';
  const colon = text.indexOf(':');
  if (colon < 1 || colon > 60) return null;
  // Han beside Latin without a space: 混音师Mixing Engineer.
  const label = text
    .slice(0, colon)
    .replace(/(\p{Script=Han})(?=\p{Script=Latin})|(\p{Script=Latin})(?=\p{Script=Han})/gu, '$1$2 ');
  const words = label.split(/[\s/&+,、·・|()【】[\].\-_]+/u).filter((word) => word !== '');
  if (words.length === 0 || !words.every(isLabelWord)) return null;
  const roles = words.filter(isRole);
  if (roles.length === 0) return null;
  return roles.every((word) => WEAK.test(word)) && !words.includes('by') ? 'weak' : 'strong';
}

const isRole = (word: string): boolean =>
  (HAN_LABEL.test(word) && HAN_ROLE.test(word)) || OTHER_LABEL.test(word) || LATIN_ROLE.test(word);
const isLabelWord = (word: string): boolean =>
  HAN_LABEL.test(word) || OTHER_LABEL.test(word) || LATIN_ROLE.test(word) || LATIN_JOINT.test(word);

/** The whole text of such a file: `Instrumental`, `[纯音乐，请欣赏]`, `该歌曲暂无歌词，欢迎上传`. */
const MARK =
  /^[^\p{Letter}]*(?:(?:this (?:song|track) is (?:an )?)?instrumental(?: (?:track|music|version))?|(?:此|该|本)?(?:歌曲|首?歌)?(?:为|是)?(?:没有填词的)?(?:纯音乐|純音樂|轻音乐|輕音樂)[，,、。 ]*(?:请您?欣赏|請您?欣賞|(?:暂|暫)?[无無]歌[词詞])?|(?:此|该|該|本)?(?:歌曲|首?歌)?(?:暂|暫)?(?:无|無|没有|沒有)歌[词詞](?:[，,、。 ]*(?:欢迎上传|歡迎上傳|请您?欣赏|請您?欣賞))?|インストゥルメンタル|インスト|歌詞なし|연주곡|가사 ?없음|inst|no lyrics)[^\p{Letter}]*$/iu;

/** A text that says no more than that is short. */
const LONGEST_REMARK = 1000;

/**
 * Whether a text is only the remark that there are no lyrics, perhaps below a title and the names of those who made the
 * song; false for an empty text.
 */
export function isInstrumental(text: string): boolean {
  if (text.length > LONGEST_REMARK) return false;
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const credits = creditLines(lines);
  const words = lines.filter((line, i) => !credits[i] && !(i === 0 && lines.length > 1 && TITLE.test(line)));
  return words.length > 0 && words.every((line) => MARK.test(line));
}

/** Lyrics files that state that nothing is sung. */

/** The whole text of such a file: `Instrumental`, `[纯音乐，请欣赏]`, `此歌曲为没有填词的纯音乐，请您欣赏`. */
const MARK =
  /^[^\p{Letter}]*(?:(?:this (?:song|track) is (?:an )?)?instrumental(?: (?:track|music|version))?|(?:此歌曲为)?(?:没有填词的)?(?:纯音乐|純音樂|轻音乐)[，,、。 ]*(?:请您?欣赏|請您?欣賞|无歌词)?|インストゥルメンタル|inst)[^\p{Letter}]*$/iu;

/** A line that names who made the song, as services put before the text. */
const CREDIT =
  /^\s*(?:作词|作詞|作曲|编曲|編曲|制作人|词|曲|lyrics by|lyricist|composer|composed by|arranger|producer)\s*[:：]/iu;

/** A text that says no more than that is short. */
const LONGEST = 1000;

/**
 * Whether a text is only the remark that there are no lyrics, perhaps below the names of those who made the song; false
 * for an empty text.
 */
export function isInstrumental(text: string): boolean {
  if (text.length > LONGEST) return false;
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !CREDIT.test(line));
  return lines.length > 0 && lines.every((line) => MARK.test(line));
}

/** Invented lines of songs in many scripts, and the bytes of texts in encodings that Node does not encode. */
import iconv from 'iconv-lite';
import { type RandomGenerator, randomGenerator } from '../../src/base/random.js';

/** Lines by language. */
export type Lines = Record<string, readonly string[]>;

/** Lines by language; some name a song and its makers, as files of lyrics and tables do. */
export const LINES = {
  'simplified Chinese': [
    '夜色慢慢落在旧街口',
    '我们撑着同一把伞走过长桥',
    '你说明天还会有风，还会有歌',
    '列车开过没有名字的小站',
    '妈妈种的花今年又开了',
    '如果云知道，请替我告诉她',
    '演唱：林小雨　作词：陈默',
    '快乐,悲伤,浪漫,怀旧,治愈,愤怒',
    '雪花飘过北方的窗台',
    '谁在梦里轻轻叫我的名字',
    '时间把誓言写成了灰尘',
    '啦啦啦 让我们一起跳舞吧',
    '老酒馆的灯还亮着，等一个人',
    '别问我过得好不好',
  ],
  'traditional Chinese': [
    '雨後的台北街頭只剩霓虹',
    '我還記得妳笑起來的樣子',
    '從前的車馬很慢，書信很遠',
    '讓風把這首歌帶到妳身邊',
    '愛過的人都變成了星星',
    '演唱：黃曉雲　作曲：劉國華',
    '時間過得太快，來不及說再見',
    '媽媽的聲音還在電話裡',
    '誰會在夢中輕輕喚我名字',
    '開往海邊的最後一班車',
    '寂寞的夜裡點一盞燈',
    '如果雲知道，請替我告訴她',
    '快樂,悲傷,浪漫,懷舊,療癒',
    '沒有人能夠留住這個夏天',
  ],
  Japanese: [
    '夕暮れの駅で君を待っていた',
    'さよならは言わないでおくよ',
    '小さな手紙をポケットに入れて',
    '夏の終わりに降る雨の音',
    '僕らはまだ夢の途中',
    'あの日の空を覚えていますか',
    '歌：田中みなと　作詞：佐藤はる',
    'ギターを弾いて朝まで歌おう',
    '海の向こうに光が見える',
    '何も言えずに背中を見ていた',
    'きらきら星が落ちてくる夜',
    '東京の街は今日も眠らない',
    '涙の数だけ強くなれるなら',
    'ラジオから流れる古いメロディー',
  ],
  Korean: [
    '너를 처음 만난 그 골목길에서',
    '바람이 불어와 창문을 두드리네',
    '오늘 밤도 나는 노래를 부른다',
    '사랑한다는 말은 하지 못했어',
    '노래: 김하늘  작사: 박서윤',
    '우리가 걷던 바닷가의 작은 카페',
    '눈이 내리는 겨울 아침',
    '다시 만날 수 있을까',
    '엄마의 목소리가 그리운 날에는',
    '기차는 멀리 떠나가고',
    '꿈속에서 너의 이름을 불러 본다',
    '별이 빛나는 하늘 아래 춤을 추자',
    '기쁨,슬픔,사랑,그리움',
    '아무도 모르는 나의 이야기',
  ],
  Russian: [
    'Тихо падает снег на пустой перрон',
    'Я пишу тебе письмо без адреса',
    'Мы шли вдоль реки до самого утра',
    'Спой мне песню о далёкой земле',
    'Музыка: Анна Воронова, слова: Пётр Лесной',
    'Осень стучит дождём в моё окно',
    'Ты обещала вернуться весной',
    'Где-то за морем горят огни',
    'радость, грусть, нежность, гнев',
    'Поезд уходит, и гаснет свет',
    'Мама ждёт меня у старых ворот',
    'Ночь коротка, а дорога длинна',
  ],
  Ukrainian: [
    'Їхала весна на білому коні',
    'Де ти тепер, моя зірко ясна',
    'Вітер співає над тихим Дніпром',
    'Я повернуся, коли зацвіте сад',
    'Слова: Оксана Гай, музика: Ігор Сич',
    'Ніч укриває старе місто снігом',
    'Твої очі, мов дві криниці',
    'Її пісня лунає крізь роки',
  ],
  Spanish: [
    'La niña soñaba con el mar y un corazón de papel',
    'Mañana volverá la lluvia a mi balcón',
    '¿Dónde estás, canción de mi niñez?',
    'El otoño llegó sin avisar',
    'Música: José Ibáñez, letra: Inés Muñoz',
    'Bailé contigo hasta el amanecer en Málaga',
    '¡Ay, qué dolor, qué noche tan oscura!',
    'Así pasó el tren por la estación vacía',
    'Tú y yo, un café y la misma canción',
    'El señor de la esquina toca el acordeón',
  ],
  French: [
    "Été sans toi, la forêt s'est tue",
    'Le garçon rêvait d’un bateau bleu',
    "Où vas-tu, mon cœur, à l'heure où tout s'éteint ?",
    'La fenêtre est restée ouverte sur le port',
    'Paroles : Hélène Lefèvre, musique : Noël Dupré',
    'Ça fait longtemps déjà que je t’espère',
    'Là-bas, près du vieux moulin, la rivière chante',
    "L'été s'achève et les blés sont coupés",
    'Français, encore une chanson à la guitare',
  ],
  German: [
    'Süße Träume über den Dächern von Köln',
    'Für dich würde ich durch den Regen gehen',
    'Die Nächte werden länger und die Straßen leer',
    'Grüße aus München, schöne Fremde',
    'Text: Jürgen Weiß, Musik: Käthe Müller',
    'Wir hörten die Vögel früh am Morgen',
    'Später fällt Schnee auf die alte Brücke',
    'Ich möchte bleiben, doch der Zug fährt',
    'Über uns nur Sterne, größer als das Glück',
  ],
  Polish: [
    'Zażółcę jeszcze jedną łąkę dla ciebie',
    'Śpiewam cicho, gdy miasto śpi',
    'Gdzie jesteś, moja miłości, gdzie twój głos',
    'Słowa: Łucja Wójcik, muzyka: Józef Żak',
    'Wieczorem pójdziemy nad rzekę, gdzie rosną wierzby',
    'Nie płacz, już świta nad Gdańskiem',
    'Pamiętam każdą noc i każdą piosenkę',
    'Przyszła jesień i zgasły światła',
  ],
  Czech: [
    'Příliš dlouho čekám na tvůj dopis',
    'Ještě jednou zazpívám tu naši píseň',
    'Kůň běží přes louku k řece',
    'Hudba: Jiří Dvořák, text: Zdeňka Málková',
    'Večer svítí hvězdy nad městem',
    'Řekni mi, kde končí naše cesta',
    'Zítra přijde déšť a všechno umyje',
    'Tvé oči žijí v mé paměti',
  ],
  Greek: [
    'Το καλοκαίρι φεύγει με το τελευταίο καράβι',
    'Σ’ αγαπώ κι ας μη το πω ποτέ',
    'Η νύχτα έπεσε πάνω στο λιμάνι',
    'Στίχοι: Μαρία Νικολάου, μουσική: Γιώργος Πετρίδης',
    'Πού είσαι, φεγγάρι μου, απόψε',
    'Τραγούδι παλιό από το νησί',
    'Θα γυρίσω όταν ανθίσουν οι αμυγδαλιές',
    'Η θάλασσα ξέρει το μυστικό μας',
  ],
  Turkish: [
    'Şimdi uzaklardasın, gözlerim yollarda',
    'Bir şarkı söyle bana eski günlerden',
    'Yağmur yağıyor İstanbul sokaklarına',
    'Söz: Ayşe Yıldız, müzik: Çağrı Gündoğdu',
    'Kalbim bir kuş gibi çırpınıyor',
    'Gece bitmeden dön bana sevdiğim',
    'Işıklar söndü, deniz sustu',
    'Annemin türküsü hâlâ kulağımda',
  ],
} as const satisfies Lines;

/** Encodings that a person's files have, each with the languages that are written in it. */
const WRITTEN_IN: Record<string, readonly string[]> = {
  'utf-8': Object.keys(LINES),
  'utf-16le': Object.keys(LINES),
  'utf-16be': Object.keys(LINES),
  gb18030: ['simplified Chinese', 'simplified Chinese', 'traditional Chinese'],
  big5: ['traditional Chinese'],
  shift_jis: ['Japanese'],
  'euc-jp': ['Japanese'],
  'euc-kr': ['Korean'],
  'windows-1250': ['Polish', 'Czech'],
  'windows-1251': ['Russian', 'Ukrainian'],
  'windows-1252': ['Spanish', 'French', 'German'],
  'windows-1253': ['Greek'],
  'windows-1254': ['Turkish'],
};

/** Bytes by character, for encodings of one or two bytes (and three in EUC-JP): each sequence is decoded once. */
const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  if (/^cp\d/.test(encoding)) return dosTable(encoding);
  const decoder = new TextDecoder(encoding, { fatal: true });
  // Some versions of Node decode windows-1252 as ISO 8859-1.
  const table = new Map<string, readonly number[]>(
    encoding === 'windows-1252' ? [...'€‚ƒ„…†‡ˆ‰Š‹Œ'].map((c, i) => [c, [0x80 + i + (i > 0 ? 1 : 0)]]) : [],
  );
  if (encoding === 'windows-1252')
    for (const [i, c] of [...'‘’“”•–—˜™š›œ'].entries()) table.set(c, [0x91 + i]);
  const learn = (bytes: number[]): boolean => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if (!table.has(character)) table.set(character, bytes);
      return true;
    } catch {
      return false;
    }
  };
  for (let lead = 0; lead < 256; lead++)
    if (!learn([lead])) for (let trail = 0x40; trail < 256; trail++) learn([lead, trail]);
  // Node's Big5 is Taiwan's.
  if (encoding === 'big5')
    for (let lead = 0x87; lead < 0xff; lead++)
      for (let trail = 0x40; trail < 0xff; trail++) {
        const character = iconv.decode(Buffer.from([lead, trail]), 'big5-hkscs');
        if (/^\p{Script=Han}$/u.test(character) && !table.has(character)) table.set(character, [lead, trail]);
      }
  tables.set(encoding, table);
  return table;
}

/** Encodings of MS-DOS, which Node does not decode. */
function dosTable(encoding: string): ReadonlyMap<string, readonly number[]> {
  const characters = iconv.decode(Buffer.from(Array.from({ length: 256 }, (_, i) => i)), encoding);
  const table = new Map([...characters].map((character, i) => [character, [i]] as const));
  tables.set(encoding, table);
  return table;
}

/**
 * Bytes of a text; UTF-16 begins with its byte order mark unless `mark` is false. Throws RangeError for a character that
 * the encoding lacks.
 */
export function encode(text: string, encoding: string, { mark = true } = {}): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  if (encoding.startsWith('utf-16')) {
    const whole = mark ? `\ufeff${text}` : text;
    const bytes = Buffer.from(whole, 'utf16le');
    return Uint8Array.from(encoding === 'utf-16le' ? bytes : bytes.swap16());
  }
  const table = tableOf(encoding);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = table.get(character);
      if (!bytes) throw new RangeError(`${encoding} has no ${character}`);
      return bytes;
    }),
  );
}

/** A text with its bytes. */
export interface EncodedText {
  text: string;
  language: string;
  encoding: string;
  bytes: Uint8Array;
}

/**
 * `each` texts per encoding of 20 to 400 bytes (UTF-16's with its mark), by drawing lines of one language and cutting
 * them to a drawn length, whole characters. Texts that are ASCII alone are not among them.
 */
export function encodedTexts(
  each: number,
  seed: number,
  lines: Lines = LINES,
  writtenIn: Record<string, readonly string[]> = WRITTEN_IN,
): EncodedText[] {
  const random = randomGenerator(seed, 'encoded texts');
  return Object.entries(writtenIn).flatMap(([encoding, languages]) =>
    Array.from({ length: each }, (_, i): EncodedText => {
      const language = languages[i % languages.length];
      const length = 20 + random.integer(381);
      for (;;) {
        const text = drawText(lines[language], encoding, length, random);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are not ASCII are meant.
        if (/[^\x00-\x7f]/.test(text)) return { text, language, encoding, bytes: encode(text, encoding) };
      }
    }),
  );
}

/** Lines of a language, cut so that they and a mark fill at most `length` bytes. */
function drawText(
  lines: readonly string[],
  encoding: string,
  length: number,
  random: RandomGenerator,
): string {
  const writable = lines.filter((line) => isWritable(line, encoding));
  let left = length - encode('', encoding).length;
  let text = '';
  for (;;)
    for (const character of `${random.pick(writable)}${random.pick(['\r\n', '\n'])}`) {
      left -= encode(character, encoding, { mark: false }).length;
      if (left < 0) return text;
      text += character;
    }
}

/** Whether an encoding has every character of a line: KOI8-R has no dash. */
function isWritable(line: string, encoding: string): boolean {
  return encoding.startsWith('utf') || [...line].every((character) => tableOf(encoding).has(character));
}

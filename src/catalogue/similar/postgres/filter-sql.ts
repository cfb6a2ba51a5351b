/** Filters of tracks as SQL: `tag.vocal > 0.5 and duration < 300`, with the same answer as `compileFilter` gives. */
import { UsageError } from '../../../base/errors.js';
import { nearestName } from '../../../base/nearest-name.js';
import type { Parameters } from './client.js';

/** What a filter compares: SQL and whether it is a text. */
interface Operand {
  sql: string;
  isText: boolean;
}

/** Comparisons of texts are by their characters' codes, as equality alone is in every language. */
const OPERATORS: Readonly<Record<string, string>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const TEXTS = ['path', 'title', 'artist', 'album'];

const TAG = 'tag.';

/** The tokens of the library filtrex that a filter here may have. */
const TOKENS =
  /\s+|(?<number>\d+(?:\.\d+)?(?![\d.]))|(?<word>[A-Za-z$_][.\w$]*)|'(?<quoted>(?:\\['\\]|[^'\\])*)'|"(?<text>(?:\\["\\]|[^"\\])*)"|(?<sign>==|!=|>=|<=|[<>(),-])/y;

type Token = { kind: 'number' | 'word' | 'quoted' | 'text' | 'sign'; text: string };

const WORDS = ['and', 'or', 'not', 'in'];

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < expression.length) {
    const at = TOKENS.lastIndex;
    const groups = TOKENS.exec(expression)?.groups;
    if (!groups) throw cannot(expression, `"${expression.slice(at, at + 10)}"`);
    for (const [kind, text] of Object.entries(groups))
      if (text !== undefined)
        tokens.push({
          kind: kind as Token['kind'],
          text: ['quoted', 'text'].includes(kind) ? text.replace(/\\(.)/g, '$1') : text,
        });
  }
  return tokens;
}

const cannot = (expression: string, what: string): UsageError =>
  new UsageError(
    `--filter: ${JSON.stringify(expression)} cannot be asked of a database because of ${what}; write comparisons (== != < <= > >= in) joined by and, or, not (…), as 'tag.vocal > 0.5 and duration < 300'.`,
  );

/**
 * Translates an expression. What is not known compares as in `compileFilter`: an empty text, a number that differs from all.
 *
 * @param labels - in the order of a track's scores
 * @param parameters - to which the expression's numbers and texts are added; none of them stands in the SQL
 * @throws UsageError for an expression that cannot be read or translated, or that names something unknown
 */
export function filterSql(expression: string, labels: readonly string[], parameters: Parameters): string {
  return new Translation(expression, labels, parameters).whole();
}

class Translation {
  private readonly tokens: Token[];
  private at = 0;

  constructor(
    private readonly expression: string,
    private readonly labels: readonly string[],
    private readonly parameters: Parameters,
  ) {
    this.tokens = tokensOf(expression);
  }

  whole(): string {
    const sql = this.either();
    if (this.at < this.tokens.length) throw this.unexpected();
    return sql;
  }

  private either(): string {
    let sql = this.both();
    while (this.takes('word', 'or')) sql = `(${sql} OR ${this.both()})`;
    return sql;
  }

  private both(): string {
    let sql = this.condition();
    while (this.takes('word', 'and')) sql = `(${sql} AND ${this.condition()})`;
    return sql;
  }

  private condition(): string {
    // The library's "not" binds more tightly than a comparison.
    if (this.takes('word', 'not')) return `(NOT ${this.group()})`;
    if (this.tokens[this.at]?.text === '(' && this.tokens[this.at].kind === 'sign') return this.group();
    return this.comparison();
  }

  private group(): string {
    if (!this.takes('sign', '(')) throw this.unexpected();
    const sql = this.either();
    if (!this.takes('sign', ')')) throw this.unexpected();
    return sql;
  }

  private comparison(): string {
    const left = this.operand();
    const isNot = this.takes('word', 'not');
    if (this.takes('word', 'in')) {
      const among = this.list().map((value) => this.compared(left, '==', value));
      return isNot ? `(NOT (${among.join(' OR ')}))` : `(${among.join(' OR ')})`;
    }
    const token = this.tokens[this.at++];
    if (isNot || token?.kind !== 'sign' || !(token.text in OPERATORS)) {
      this.at--;
      throw this.unexpected();
    }
    return this.compared(left, token.text, this.operand());
  }

  private compared(left: Operand, operator: string, right: Operand): string {
    const isEquality = operator === '==' || operator === '!=';
    if (left.isText !== right.isText) throw cannot(this.expression, 'a text that is compared with a number');
    if (left.isText && !isEquality) throw cannot(this.expression, 'texts that are compared by their order');
    // A number that is not known is NULL here, and not a number there.
    return `coalesce(${left.sql} ${OPERATORS[operator]} ${right.sql}, ${operator === '!='})`;
  }

  private list(): Operand[] {
    if (!this.takes('sign', '(')) return [this.operand()];
    const values = [this.operand()];
    while (this.takes('sign', ',')) values.push(this.operand());
    if (!this.takes('sign', ')')) throw this.unexpected();
    return values;
  }

  private operand(): Operand {
    const isNegative = this.takes('sign', '-');
    const token = this.tokens[this.at++];
    if (token?.kind === 'number')
      return {
        sql: `${this.parameters.add((isNegative ? '-' : '') + token.text)}::text::float8`,
        isText: false,
      };
    if (!isNegative && token?.kind === 'text')
      return { sql: `${this.parameters.add(token.text)}::text`, isText: true };
    if (!isNegative && (token?.kind === 'quoted' || (token?.kind === 'word' && !WORDS.includes(token.text))))
      return this.property(token.text);
    this.at--;
    throw this.unexpected();
  }

  private property(name: string): Operand {
    if (TEXTS.includes(name)) return { sql: `coalesce(t.${name}, '')`, isText: true };
    if (name === 'duration') return { sql: 't.duration', isText: false };
    const place = name.startsWith(TAG) ? this.labels.indexOf(name.slice(TAG.length)) : -1;
    // PostgreSQL counts from 1, and holds that all "not a number" are equal.
    if (place >= 0) return { sql: `nullif(t.scores[${place + 1}], 'NaN')`, isText: false };
    const known = [...TEXTS, 'duration', ...this.labels.map((label) => TAG + label)];
    throw new UsageError(`--filter: there is no "${name}"; the nearest is "${nearestName(name, known)}".`);
  }

  /** Goes past a token, where it is the next one. */
  private takes(kind: Token['kind'], text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.at++;
    return true;
  }

  private unexpected(): UsageError {
    const token = this.tokens[this.at];
    return cannot(this.expression, token ? `"${token.text}"` : 'its end');
  }
}

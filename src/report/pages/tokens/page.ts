/** The page of `polytag text tokens --plot`: how lyrics were cut, and which tokens they have. */
import type { TokenizedFile } from '../../../text/files/tokens-of-lyrics.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type Section, sectionsPage } from '../../kit/sections.js';

/** Tokens of lyrics, and the settings that they were cut by. */
export interface TokensReport {
  files: readonly TokenizedFile[];
  notes: readonly string[];
  settings: Readonly<Record<string, unknown>>;
  /** The command that makes the page again. */
  command?: string | null;
}

/** Frequent tokens in the chart, and files whose text is in the page. */
const MOST_SHOWN = 40;
const MOST_FILES = 50;

const STYLE = `
.tokens p { line-height: 2; margin: 0; }
.tokens span { border-radius: 3px; outline: 1px solid var(--line); padding: 1px 4px; margin-right: 4px; white-space: pre; }
`;

/** Makes the page. */
export function tokensPage({ files, notes, settings, command }: TokensReport, plotly: PackedPlotly): string {
  const all = files.flatMap(({ lines }) => lines.flat());
  const counts = new Map<string, number>();
  for (const { word } of all) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].sort(([, a], [, b]) => b - a);
  const written = Object.entries(settings).map(([key, value]) => `${key}: ${value ?? 'none'}`);
  return sectionsPage({
    title: 'Tokens of lyrics',
    heading: 'Tokens of lyrics',
    lead: html`<p>${all.length} tokens, ${words.length} of them different, in ${files.length} ${files.length === 1 ? 'text' : 'texts'}. ${written.join(', ')}.</p>`,
    notes,
    sections: [words.length > 0 ? frequencies(words) : null, texts(files)],
    plotly,
    command,
    style: STYLE,
  });
}

function frequencies(words: readonly [string, number][]): Section {
  const shown = words.slice(0, MOST_SHOWN);
  return {
    id: 'frequencies',
    title: 'Most frequent tokens',
    html: figure({
      name: 'tokens',
      panels: [
        {
          charts: [
            {
              title: 'Most frequent tokens',
              x: { title: 'occurrences' },
              rows: shown.map(([word]) => ({ name: word })),
              marks: [
                { kind: 'bars', tone: 0, x: shown.map(([, count]) => count), y: shown.map((_, i) => i) },
              ],
            },
          ],
        },
      ],
    }),
  };
}

function texts(files: readonly TokenizedFile[]): Section {
  const shown = files.slice(0, MOST_FILES);
  return {
    id: 'texts',
    title: 'Texts',
    html: html`${files.length > shown.length && html`<p class="aside">The first ${MOST_FILES} of ${files.length} texts.</p>`}
${shown.map(
  (
    { path, lines },
    i,
  ) => html`<details${i === 0 && html` open`}><summary>${path}</summary><div class="tokens">
${lines.map((line) => html`<p>${line.map(({ word, tag }) => html`<span title="${tag ?? ''}">${word}</span>`)}</p>\n`)}</div></details>\n`,
)}`,
  };
}

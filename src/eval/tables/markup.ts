/** Tables as LaTeX with booktabs rules, and as Markdown (GitHub’s form). */
import type { Cell } from '../../base/text-tables.js';

const SPECIAL: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
};

/** Escapes text so that LaTeX prints it as it is, on one line. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\~^&%$#_{}]/g, (character) => SPECIAL[character]).replace(/\s+/g, ' ');
}

/**
 * A LaTeX `table` with booktabs rules: the first column is set left, the others right; fractions get three decimals,
 * undefined cells a dash. A comment says which engine and packages set it.
 */
export function latexTable(
  caption: string,
  label: string,
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  const cell = (value: Cell): string => {
    if (value === null) return '--';
    if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3);
    return escapeLatex(value);
  };
  const line = (cells: readonly Cell[]): string => `    ${cells.map(cell).join(' & ')} \\\\\n`;
  const table =
    `\\begin{table}\n  \\centering\n  \\caption{${escapeLatex(caption)}}\n  \\label{${label}}\n` +
    `  \\begin{tabular}{l${'r'.repeat(header.length - 1)}}\n    \\toprule\n${line(header)}    \\midrule\n` +
    `${rows.map(line).join('')}    \\bottomrule\n  \\end{tabular}\n\\end{table}\n`;
  return `${engineComment(table)}${table}`;
}

/** Of LaTeX's engines, pdfLaTeX knows the letters of the Latin script alone, and others leave out what no font has. */
function engineComment(table: string): string {
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(table))
    return '% Set by XeLaTeX or LuaLaTeX with \\usepackage{booktabs} and \\usepackage{ctex} (class ctexart); Korean: xeCJK with a Korean font.\n';
  if (/(?!\p{Script=Latin})\p{Letter}/u.test(table))
    return '% Set by XeLaTeX or LuaLaTeX with \\usepackage{booktabs}, \\usepackage{fontspec} and a font that has its letters.\n';
  return '% Set by pdfLaTeX, XeLaTeX or LuaLaTeX with \\usepackage{booktabs}.\n';
}

/** A Markdown table, first column left, others right; three decimals for fractions, a dash for undefined cells. */
export function markdownTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    if (value === null) return '–';
    if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3);
    return value.replace(/\s+/g, ' ').replace(/[\\|`*_<>[\]]/g, '\\$&');
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const rule = header.map((_, column) => (column === 0 ? '---' : '--:'));
  return line(header.map(cell)) + line(rule) + rows.map((row) => line(row.map(cell))).join('');
}

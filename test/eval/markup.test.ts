import { expect, it } from 'vitest';
import { latexTable } from '../../src/eval/tables/markup.js';

it.each([
  ['Rock & Pop', /^% Set by pdfLaTeX, XeLaTeX or LuaLaTeX with \\usepackage\{booktabs\}\.\n\\begin\{table\}/],
  ['Éléphant', /^% Set by pdfLaTeX/],
  ['радость', /^% Set by XeLaTeX or LuaLaTeX .*fontspec/],
  ['快乐', /^% Set by XeLaTeX or LuaLaTeX .*\\usepackage\{ctex\} \(class ctexart\)/],
  ['기쁨', /^% Set by XeLaTeX or LuaLaTeX .*Korean/],
])('a table with %s says which engine sets it', (label, comment) => {
  expect(latexTable('Results.', 'tab:labels', ['Label', 'F1'], [[label, 0.5]])).toMatch(comment);
});

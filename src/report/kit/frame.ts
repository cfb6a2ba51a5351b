/** The frame of every page: one file that works offline and from disk. */
import { escapeHtml } from '../../base/format.js';
import { Html, html } from './html.js';
import { STYLE } from './style.js';

/** What a page is made of. */
export interface Frame {
  /** Of the browser's tab. */
  title: string;
  heading: string;
  /** What the page is about, under the heading. */
  lead: Html;
  /** A sentence where the corpus is synthetic. */
  synthetic?: string | null;
  /** What must be read before anything else. */
  alerts?: readonly (Html | false)[];
  /** What a reader must not miss, in sentences. */
  notes?: readonly string[];
  main: Html;
  /** Links to the parts of `main`. */
  links?: readonly { id: string; title: string }[];
  footer: Html;
  /** The command that makes this page again, as it is typed. */
  command?: string | null;
  /** Rules for what no other page has. */
  style?: string;
  /** What the script reads. */
  packed?: Html;
  /** Code that runs at the page's end. */
  script: string;
}

/** A warning in a box. */
export function alert(title: string, text: Html | string): Html {
  return html`<div class="badge"><b>${title}</b> <div>${text}</div></div>`;
}

/** Code that can stand in a script element. */
export const scriptText = (code: string): Html => new Html(code.replaceAll('</script', '<\\/script'));

/**
 * The language that a browser chooses fonts and line breaks for: Japanese, Korean or Chinese where a page has names in
 * it, else English, in which the page itself is.
 */
function languageOf(text: string): string {
  const count = (letters: RegExp): number => text.match(letters)?.length ?? 0;
  const [han, kana, hangul] = [
    count(/\p{Script=Han}/gu),
    count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu),
    count(/\p{Script=Hangul}/gu),
  ];
  if (han + kana + hangul === 0) return 'en';
  if (hangul > han + kana) return 'ko';
  return kana > 0.1 * han ? 'ja' : 'zh';
}

/** Puts no-break spaces between numbers and their units, in the text and not in its elements. */
function keepUnits(markup: string): Html {
  const spaced = markup.replace(
    /<[^>]*>|(?<=\d) (?=(?:%|s|ms|min|h|Hz|kHz|dB|kB|MB|GB)(?![\p{L}\d]))/gu,
    (found) => (found === ' ' ? '\u00a0' : found),
  );
  return new Html(spaced);
}

/** Makes a page; no text in it can end its element. */
export function frame(content: Frame): string {
  const { title, heading, lead, synthetic, alerts = [], notes = [], main, links = [], footer } = content;
  return html`<!doctype html>
<html lang="${languageOf(`${heading} ${main.text}`)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="polytag">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
${content.style !== undefined && html`<style>${new Html(content.style)}</style>`}
</head>
<body>
<header>
<h1>${heading}</h1>
${synthetic != null && alert('Synthetic corpus', synthetic)}
${keepUnits(lead.text)}
${alerts}
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${keepUnits(escapeHtml(note))}</li>`)}</ul>`}
<noscript>${alert('No scripts', 'The charts of this page are drawn by a script, which this browser does not run.')}</noscript>
</header>
${links.length > 0 && html`<nav aria-label="Sections">${links.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav>`}
<main>
${main}
</main>
<footer>
${content.command != null && html`<p class="again">The command that makes this page again: <code>${content.command}</code></p>`}
${footer}
</footer>
${content.packed}
<script>
${scriptText(content.script)}
</script>
</body>
</html>
`.text;
}

/** The frame of a page that is one file: works offline and from disk. */
import { embedJson, Html, html } from './html.js';

/** What a page is made of. */
export interface DocumentContent {
  /** Of the browser's tab. */
  title: string;
  /** Style sheet. */
  style: string;
  body: Html;
  /** What the script reads: an element of this id holds it as JSON. */
  data: { id: string; value: unknown };
  /** Code that runs at the page's end. */
  script: string;
}

/**
 * Makes a page.
 *
 * @param content - what it is made of
 * @returns HTML; the title is escaped, and neither data nor script can end their elements
 */
export function htmlDocument({ title, style, body, data, script }: DocumentContent): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="polytag">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${body}
<script type="application/json" id="${data.id}">${new Html(embedJson(data.value))}</script>
<script>
${new Html(script.replaceAll('</script', '<\\/script'))}
</script>
</body>
</html>
`.text;
}

/** The style of all pages, in a light and a dark scheme. Colours are `#rrggbb`: charts read them too. */

/** The colours, which the studio's page has too. */
export const PALETTE = `
:root {
  color-scheme: light dark;
  --background: #ffffff; --surface: #f4f5f7; --text: #1b1f24; --muted: #5c6570; --line: #dde1e6;
  --accent: #1f5fae; --positive: #c2570c; --negative: #2166ac;
  --good: #0b7a4b; --bad: #b3261e; --warn: #8a5a00; --warn-surface: #fff4d6;
  --series-1: #1f6fb4; --series-2: #d55e00; --series-3: #008a66; --series-4: #b8569a;
  --series-5: #b98300; --series-6: #3d9ed1; --series-7: #7457c8; --series-8: #6b7300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #14171b; --surface: #1e2329; --text: #e7eaee; --muted: #9aa4b0; --line: #333b44;
    --accent: #7fb4ff; --positive: #ff9a4d; --negative: #5fb0f0;
    --good: #4fd196; --bad: #ff8a80; --warn: #ffcf66; --warn-surface: #3a2f12;
    --series-1: #5fb0f0; --series-2: #ff9a4d; --series-3: #3fcf9f; --series-4: #e79bcd;
    --series-5: #f0c24e; --series-6: #9ad6ff; --series-7: #b7a3ff; --series-8: #c6d24a;
  }
}
`;

export const STYLE = `${PALETTE}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--background); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere;
}
header, main, nav { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 12px; }
h3 { font-size: 1rem; margin: 0 0 4px; }
h4 { font-size: 0.85rem; margin: 0 0 4px; color: var(--muted); font-weight: 600; }
p { margin: 0 0 12px; max-width: 76ch; }
a { color: var(--accent); }
section { padding: 28px 0 8px; border-top: 1px solid var(--line); margin-top: 20px; scroll-margin-top: 44px; }
section:first-child { border-top: 0; margin-top: 0; }
nav { position: sticky; top: 0; z-index: 5; background: var(--background); border-bottom: 1px solid var(--line);
  display: flex; gap: 18px; overflow-x: auto; white-space: nowrap; padding-top: 8px; padding-bottom: 8px; font-size: 0.9rem; }
@media (min-width: 800px) { nav { flex-wrap: wrap; white-space: normal; } }
nav a { text-decoration: none; }
nav a:hover, nav a:focus-visible { text-decoration: underline; }
.badge { display: flex; gap: 10px; align-items: baseline; margin: 0 0 14px; padding: 10px 14px; border-radius: 8px;
  background: var(--warn-surface); border: 1px solid var(--warn); max-width: none; }
.badge b { color: var(--warn); text-transform: uppercase; letter-spacing: 0.06em; font-size: 0.85rem; white-space: nowrap; }
.lead { font-size: 1.08rem; }
.notes { margin: 0 0 16px; padding: 10px 14px 10px 32px; border-left: 4px solid var(--warn); background: var(--surface); border-radius: 0 8px 8px 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(228px, 1fr)); gap: 14px; margin-bottom: 12px; }
.card { background: var(--surface); border-radius: 10px; padding: 14px 16px; min-width: 0; }
.card h3 { color: var(--muted); font-weight: 600; }
.card p { margin: 0 0 6px; }
.value { font-size: 2.3rem; line-height: 1.1; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
.aside { max-width: none; }
.explanation, .aside, .hint { font-size: 0.86rem; color: var(--muted); }
.hint { font-weight: 400; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: center; margin-bottom: 10px; font-size: 0.92rem; }
select, input, button { font: inherit; color: inherit; background: var(--background); border: 1px solid var(--muted); border-radius: 6px; padding: 3px 8px; max-width: 100%; }
label { max-width: 100%; display: inline-flex; align-items: baseline; gap: 6px; min-width: 0; } label select { min-width: 0; flex: 1 1 auto; }
input[type=checkbox] { accent-color: var(--accent); }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.count { color: var(--muted); font-variant-numeric: tabular-nums; }
[hidden] { display: none !important; }
audio { display: block; width: 100%; height: 36px; margin: 8px 0; }
.failure { color: var(--bad); font-weight: 600; }
.again { max-width: none; margin-bottom: 6px; }
.again code { overflow-wrap: anywhere; user-select: all; }
footer { max-width: 1120px; margin: 24px auto; padding: 0 20px; color: var(--muted); font-size: 0.82rem; }

.badge ul { margin: 4px 0 0; padding-left: 20px; }
.controls label { white-space: nowrap; }
.controls select { max-width: min(100%, 340px); }
figure { min-width: 0; margin: 0; }
figcaption { font-weight: 600; font-size: 0.92rem; margin-bottom: 4px; }
.figure { margin-bottom: 10px; }
.figure.narrow { max-width: 720px; }
.plot { min-height: 120px; width: 100%; min-width: 0; overflow: hidden; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; margin-bottom: 8px; }
.pair > * { min-width: 0; }
.boxes { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 2px 14px; max-height: 230px; overflow-y: auto; padding: 8px; background: var(--surface); border-radius: 8px; font-size: 0.92rem; }
details { margin-bottom: 12px; }
summary { cursor: pointer; font-weight: 600; margin-bottom: 6px; }
article { background: var(--surface); border-radius: 10px; padding: 14px 16px; min-width: 0; }
.articles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 16px; margin-bottom: 12px; }
.articles th:nth-child(2) { width: 3.4em; }
.wide { overflow-x: auto; margin-bottom: 14px; }
table { border-collapse: collapse; font-size: 0.88rem; min-width: 100%; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 4px; }
th, td { text-align: right; padding: 5px 12px 5px 0; border-top: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 110px; overflow-wrap: break-word; }
thead th { border-top: 0; color: var(--muted); font-weight: 600; }
th button.sort { border: 0; background: none; padding: 0; font: inherit; color: inherit; text-align: inherit; max-width: none; white-space: inherit; }
th button.sort::after { content: "\\a0↕"; opacity: 0.45; font-size: 0.85em; }
th[aria-sort=ascending] button.sort::after { content: "\\a0↑"; opacity: 1; }
th[aria-sort=descending] button.sort::after { content: "\\a0↓"; opacity: 1; }
tbody th { font-weight: 600; }
td small { display: block; color: var(--muted); }
td code { white-space: normal; overflow-wrap: anywhere; }
@media (min-width: 700px) { tbody th:first-child { min-width: 180px; overflow-wrap: normal; } }
table.words { table-layout: fixed; width: 100%; }
.words th, .words td { white-space: normal; overflow-wrap: break-word; min-width: 0; }
.record { width: 100%; table-layout: fixed; }
.record th { width: 30%; }
.record th, .record td { text-align: left; white-space: pre-wrap; min-width: 0; overflow-wrap: anywhere; }
pre { background: var(--surface); border-radius: 8px; padding: 14px; overflow: auto; max-height: 480px; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: normal; }
.right { color: var(--good); }
.wrong { color: var(--bad); }
.cursor { position: absolute; top: 0; bottom: 0; left: -1px; width: 2px; pointer-events: none; }
.letters { columns: 2 380px; column-gap: 24px; margin: 0 0 12px; font-size: 0.9rem; }
.letters div { display: flex; gap: 8px; break-inside: avoid; }
.letters dt { font-weight: 650; min-width: 1.2em; }
.letters dd { margin: 0; min-width: 0; }
.keys i { display: inline-block; width: 12px; height: 4px; border-radius: 2px; margin: 0 5px 0 0; vertical-align: middle; background: var(--colour); }
@media (max-width: 560px) {
  header, main, nav, footer { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 1.5rem; }
  .value { font-size: 1.9rem; }
  .badge { display: block; }
}
@media print { nav, .controls, audio { display: none; } section { break-inside: avoid-page; } }
`;

/** Rules of the map, its player and its list. */
export const MAP_STYLE = `
.plot.map { background: var(--surface); border-radius: 10px; }
.plot.map .nsewdrag { cursor: crosshair; }
.player { background: var(--surface); border-radius: 10px; padding: 10px 14px; margin: 10px 0; }
.player p { margin: 0; }
.player .tags { color: var(--muted); }
.tracks { list-style: none; padding: 0; margin: 8px 0 0; columns: 2 340px; column-gap: 18px; font-size: 0.9rem; }
.tracks li { break-inside: avoid; margin-bottom: 2px; }
.tracks button { border: 0; background: none; padding: 2px 4px; text-align: left; color: var(--accent); }
.tracks button[aria-pressed=true] { font-weight: 650; }
.tracks span { color: var(--muted); }
@media print { .player { display: none; } }
`;

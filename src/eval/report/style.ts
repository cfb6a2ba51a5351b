/** The page's style sheet. Colours are `#rrggbb`: Plotly reads them too. */
export const STYLE = `
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
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--background); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; overflow-wrap: anywhere;
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
.interval, .chance { font-size: 0.9rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.chance b, .verdict { color: var(--text); }
.verdict { font-size: 0.9rem; font-weight: 600; }
.explanation, .aside, .hint { font-size: 0.86rem; color: var(--muted); }
.hint { font-weight: 400; }
.scale { position: relative; height: 8px; background: var(--line); border-radius: 4px; margin: 8px 0; }
.scale span { position: absolute; top: 0; height: 100%; }
.scale-value { left: 0; background: var(--series-1); opacity: 0.55; border-radius: 4px 0 0 4px; }
.scale-interval { background: var(--series-1); min-width: 2px; }
.scale .scale-chance { top: -3px; height: 14px; width: 2px; background: var(--text); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; margin-bottom: 8px; }
.pair > *, figure { min-width: 0; margin: 0; }
figcaption { font-weight: 600; font-size: 0.92rem; margin-bottom: 4px; }
.plot { height: 340px; width: 100%; min-width: 0; overflow: hidden; }
.plot.square { height: 470px; }
.plot.narrow { max-width: 720px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: center; margin-bottom: 10px; font-size: 0.92rem; }
select, input, button { font: inherit; color: inherit; background: var(--background); border: 1px solid var(--muted); border-radius: 6px; padding: 3px 8px; max-width: 100%; }
label { max-width: 100%; display: inline-flex; align-items: baseline; gap: 6px; min-width: 0; } label select { min-width: 0; flex: 1 1 auto; }
input[type=checkbox] { accent-color: var(--accent); }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.count { color: var(--muted); font-variant-numeric: tabular-nums; }
details { margin-bottom: 14px; }
summary { cursor: pointer; font-weight: 600; margin-bottom: 8px; }
.boxes { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 2px 14px; max-height: 230px; overflow-y: auto; padding: 8px; background: var(--surface); border-radius: 8px; font-size: 0.92rem; }
[hidden] { display: none !important; }
.examples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr)); gap: 18px; }
article { background: var(--surface); border-radius: 10px; padding: 14px 16px; min-width: 0; }
article h3 .hint::before { content: "· "; }
audio { display: block; width: 100%; height: 36px; margin: 8px 0; }
.picture { position: relative; height: 170px; border-radius: 6px; overflow: hidden; background: #000004; }
.picture canvas { display: block; width: 100%; height: 100%; cursor: crosshair; }
.cursor { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #ffffff; box-shadow: 0 0 3px #000000; pointer-events: none; }
.axis { display: flex; justify-content: space-between; margin: 2px 0 8px; }
.keys { display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 4px 0 10px; }
.keys.dark { background: #14171b; color: #ffffff; border-radius: 6px; padding: 2px 10px; margin: 0; font-size: 0.82rem; }
.keys i { display: inline-block; width: 12px; height: 4px; border-radius: 2px; margin-right: 5px; vertical-align: middle; background: var(--colour); }
.share { display: grid; grid-template-columns: 4.2em 1fr; align-items: center; font-size: 0.82rem; color: var(--muted); }
.share div { display: flex; height: 9px; gap: 1px; border-radius: 3px; overflow: hidden; }
.share i { background: var(--colour); }
.verdicts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 12px; margin: 6px 0; font-size: 0.86rem; align-items: baseline; }
.verdicts dt { color: var(--muted); }
.verdicts dd { margin: 0; min-width: 0; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 5px; margin: 0; padding: 0; }
.chips li { border: 1px solid var(--line); border-radius: 999px; padding: 0 9px; background: var(--background); }
.chips li span { color: var(--muted); font-variant-numeric: tabular-nums; }
.chips .hit { border-color: var(--good); color: var(--good); }
.chips .missed { border-color: var(--warn); color: var(--warn); border-style: dashed; }
.chips .wrong { border-color: var(--bad); color: var(--bad); }
.lyrics { font-size: 0.95rem; line-height: 1.75; max-height: 240px; overflow-y: auto; margin: 0; }
.lyrics span { --weight: 0%; background: color-mix(in srgb, var(--positive) var(--weight), transparent); border-radius: 3px; padding: 1px; }
.lyrics.plain { white-space: pre-wrap; }
.id { margin: 0; }
pre { background: var(--surface); border-radius: 8px; padding: 14px; overflow: auto; max-height: 480px; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: normal; }
.record { border-collapse: collapse; width: 100%; font-size: 0.88rem; table-layout: fixed; }
.record th { text-align: left; font-weight: 600; width: 30%; }
.record th, .record td { vertical-align: top; padding: 4px 10px 4px 0; border-top: 1px solid var(--line); white-space: pre-wrap; }
.failure { color: var(--bad); font-weight: 600; }
footer { max-width: 1120px; margin: 24px auto; padding: 0 20px; color: var(--muted); font-size: 0.82rem; }
@media (max-width: 560px) {
  header, main, nav, footer { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 1.5rem; }
  .plot.square { height: 360px; }
  .picture { height: 140px; }
  .verdicts { grid-template-columns: 1fr; gap: 2px; }
}
@media print { nav, .controls, audio { display: none; } section { break-inside: avoid-page; } }
`;

/** The report's style sheet. */
import { BASE_STYLE } from '../../kit/style.js';

/** All rules of the page. */
export const STYLE = `${BASE_STYLE}
.interval, .chance { font-size: 0.9rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.chance b, .verdict { color: var(--text); }
.verdict { font-size: 0.9rem; font-weight: 600; }
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
details { margin-bottom: 14px; }
summary { cursor: pointer; font-weight: 600; margin-bottom: 8px; }
.boxes { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 2px 14px; max-height: 230px; overflow-y: auto; padding: 8px; background: var(--surface); border-radius: 8px; font-size: 0.92rem; }
.examples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 470px), 1fr)); gap: 18px; }
article { background: var(--surface); border-radius: 10px; padding: 14px 16px; min-width: 0; }
article h3 .hint::before { content: "· "; }
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
.terms .chips + .chips { margin: 5px 0 12px; }
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
@media (max-width: 560px) {
  .plot.square { height: 360px; }
  .picture { height: 140px; }
  .verdicts { grid-template-columns: 1fr; gap: 2px; }
}
@media print { nav, .controls, audio { display: none; } section { break-inside: avoid-page; } }
`;

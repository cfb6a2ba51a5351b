/** The style sheet of a catalogue's page. */
import { BASE_STYLE } from '../../kit/style.js';

/** All rules of the page. */
export const CATALOGUE_STYLE = `${BASE_STYLE}
.controls label { white-space: nowrap; }
.controls select { max-width: 260px; }
.plot { height: 340px; width: 100%; min-width: 0; overflow: hidden; }
.plot.map { height: 620px; background: var(--surface); border-radius: 10px; }
.plot.map .nsewdrag { cursor: crosshair; }
.player { background: var(--surface); border-radius: 10px; padding: 10px 14px; margin: 10px 0; }
.player p { margin: 0; }
.player .tags { color: var(--muted); }
.tracks { list-style: none; padding: 0; margin: 8px 0 0; columns: 2 340px; column-gap: 18px; font-size: 0.9rem; }
.tracks li { break-inside: avoid; margin-bottom: 2px; }
.tracks button { border: 0; background: none; padding: 2px 4px; text-align: left; color: var(--accent); }
.tracks button[aria-pressed=true] { font-weight: 650; }
.tracks span { color: var(--muted); }
details { margin-bottom: 10px; }
summary { cursor: pointer; font-weight: 600; }
.failures { font-size: 0.9rem; }
.failures ul { margin: 6px 0; padding-left: 22px; color: var(--muted); }
.record { border-collapse: collapse; width: 100%; font-size: 0.88rem; table-layout: fixed; }
.record th { text-align: left; font-weight: 600; width: 30%; }
.record th, .record td { vertical-align: top; padding: 4px 10px 4px 0; border-top: 1px solid var(--line); white-space: pre-wrap; }
.taggram h3 { margin-top: 14px; }
@media (max-width: 560px) {
  .plot.map { height: 420px; }
  .value { font-size: 1.9rem; }
}
@media print { nav, .controls, audio, .player { display: none; } section { break-inside: avoid-page; } }
`;

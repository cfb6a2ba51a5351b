/** Rules of a recording's player and of its plots over time, which no other page has. */
export const RECORDING_STYLE = `
header { padding-top: 24px; }
h1 { font-size: 1.5rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px 20px; margin: 0 0 14px; }
.facts div { min-width: 0; }
.facts dt { font-size: 0.8rem; color: var(--muted); }
.facts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.player { position: sticky; top: 0; z-index: 5; background: var(--background); border-bottom: 1px solid var(--line);
  padding: 8px 0; margin-bottom: 12px; }
.player audio { margin: 0 0 8px; }
.player .controls { margin: 0; gap: 6px 14px; }
.player [data-clock] { font-variant-numeric: tabular-nums; min-width: 9em; }
.zoom { display: inline-flex; gap: 4px; }
.zoom button { min-width: 2.2em; }
.track { margin: 0 0 12px; }
.track figcaption { display: flex; flex-wrap: wrap; gap: 0 10px; align-items: baseline; margin: 0 0 3px; padding-left: 58px;
  font-size: 0.86rem; font-weight: 600; }
.track .readout { margin-left: auto; font-weight: 400; color: var(--muted); font-variant-numeric: tabular-nums; }
.track .keys { font-weight: 400; color: var(--muted); }
.track .keys i { display: inline-block; width: 3px; height: 11px; margin: 0 4px 0 8px; vertical-align: -1px; background: var(--colour); }
.area { position: relative; }
.area canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y; }
.cursor { background: var(--bad); }
[data-track=segments] .cursor { background: var(--text); }
[data-track=mel] .cursor, [data-track=chroma] .cursor, [data-track=similarity] .cursor { background: #ffffff; box-shadow: 0 0 3px #000000; }
[data-track=overview] canvas { height: 34px; }
[data-track=axis] { margin-bottom: 6px; }
[data-track=axis] canvas { height: 20px; }
[data-track=segments] canvas { height: 26px; }
[data-track=waveform] canvas { height: 130px; }
[data-track=mel] canvas { height: 220px; }
[data-track=chroma] canvas { height: 170px; }
[data-track=pitch] canvas { height: 150px; }
.structure { display: grid; grid-template-columns: minmax(0, 640px) minmax(0, 1fr); gap: 20px; align-items: start; }
[data-track=similarity] canvas { aspect-ratio: 1.08; height: auto; }
.list { display: flex; flex-wrap: wrap; gap: 5px; align-content: start; max-height: 560px; overflow-y: auto; font-size: 0.82rem; color: var(--muted); }
.list { border: 1px solid var(--line); border-radius: 8px; padding: 8px; scrollbar-width: thin; scrollbar-gutter: stable; }
.list.more { box-shadow: inset 0 -14px 12px -10px var(--muted); }
[data-count=segments] { margin: 0 0 4px; }
.tags { border: 0; margin: 0; padding: 0 0 12px; }
.tags ul { list-style: none; margin: 0; padding: 0; columns: 2 300px; column-gap: 28px; }
.tags li { display: grid; grid-template-columns: minmax(6em, 11em) 1fr 3em; gap: 10px; align-items: center; break-inside: avoid; }
.tags li i { height: 8px; border-radius: 4px; background: linear-gradient(to right, var(--series-1) var(--share), var(--line) var(--share)); }
.tags li b { text-align: right; font-variant-numeric: tabular-nums; font-weight: 600; }
.list button { font-variant-numeric: tabular-nums; padding: 1px 8px 1px 2px; border-color: var(--line); color: var(--text); }
.list i { display: inline-block; width: 1.5em; text-align: center; font-style: normal; font-weight: 600; color: #ffffff; border-radius: 4px; }
kbd { font: inherit; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
@media (max-width: 820px) { .structure { grid-template-columns: minmax(0, 1fr); } .list { max-height: 240px; } }
@media (max-width: 599px) {
  .facts { grid-template-columns: 1fr 1fr; }
  .track figcaption { padding-left: 0; }
  [data-track=mel] canvas { height: 180px; }
  .player .controls { font-size: 0.84rem; }
}
@media print { .player { display: none; } }
`;

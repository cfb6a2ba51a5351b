/** Rules of a recording's own plots and lists. */
export const RECORDING_STYLE = `
[data-track=segments] .cursor, [data-track=keys] .cursor, [data-track=chords] .cursor { background: var(--text); }
[data-track=mel] .cursor, [data-track=chroma] .cursor, [data-track=similarity] .cursor { background: #ffffff; box-shadow: 0 0 3px #000000; }
[data-track=segments] canvas, [data-track=chords] canvas { height: 26px; }
[data-track=keys] canvas { height: 18px; }
[data-track=waveform] canvas { height: 130px; }
[data-track=mel] canvas { height: 220px; }
[data-track=chroma] canvas { height: 170px; }
[data-track=pitch] canvas, [data-track=melody] canvas { height: 150px; }
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
@media (max-width: 820px) { .structure { grid-template-columns: minmax(0, 1fr); } .list { max-height: 240px; } }
@media (max-width: 599px) { [data-track=mel] canvas { height: 180px; } }
`;

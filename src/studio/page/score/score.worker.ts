/** Draws scores beside the page, which goes on meanwhile. */
import type { Project } from '../../project/schema.js';
import { type DrawnScore, type ScoreDrawing, scoreSvg } from '../../score/score.js';

/** A score that is wanted; `turn` tells answers apart. */
export interface ScoreQuestion {
  turn: number;
  project: Project;
  drawing: ScoreDrawing;
}

/** The score, or a sentence why there is none. */
export type ScoreAnswer = { turn: number } & ({ score: DrawnScore } | { error: string });

addEventListener('message', ({ data: { turn, project, drawing } }: MessageEvent<ScoreQuestion>) => {
  scoreSvg(project, drawing).then(
    (score) => postMessage({ turn, score } satisfies ScoreAnswer),
    (error: unknown) => postMessage({ turn, error: (error as Error).message } satisfies ScoreAnswer),
  );
});

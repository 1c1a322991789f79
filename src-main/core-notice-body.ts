import { imagePath } from './contract/calls.ts';
import type { Notice } from './model/notices.ts';
import { problemLine } from './texts/say.ts';

/** Where a picture is, for whoever reaches this Kiln there; null where the settings do not say where. */
export const pictureLink = (base: string | undefined, digest: Parameters<typeof imagePath>[0]): string | null =>
  base === undefined ? null : base.replace(/\/+$/, '') + imagePath(digest);

/** What a webhook carries. Nothing in it changes from attempt to attempt. */
export function webhookBody(notice: Notice, made: number, base: string | undefined): string {
  const { submission, graphId, title, tier, submitter, state, counts, runs } = notice;
  return JSON.stringify({
    type: 'runs.ended',
    timestamp: new Date(made).toISOString(),
    data: {
      submission,
      graph: { id: graphId, title },
      tier,
      submitter,
      state,
      counts,
      runs: runs.map((run) => ({
        run: run.runId,
        state: run.state,
        ms: Math.round(run.ms),
        problems: run.problems.map((problem) => ({ code: problem.code, message: problemLine(problem, 'en') })),
        pictures: run.pictures.map((picture) => {
          const link = pictureLink(base, picture.digest);
          const { digest, ...facts } = picture;
          return { sha256: digest, ...facts, ...(link === null ? {} : { link }) };
        }),
      })),
    },
  });
}

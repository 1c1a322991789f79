/** When runs ended, beside all that a page of them is chosen by: sorted without reading whole rows. */
export const ended = `
CREATE INDEX runs_by_end ON runs(state, ended, tier);
`;

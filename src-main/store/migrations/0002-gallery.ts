/**
 * What the gallery filters by, and pictures that were removed: they stay for a day, so that this can be undone. Which
 * packs made older pictures was not written down.
 */
export const gallery = `
ALTER TABLE run_images ADD COLUMN graph_id TEXT NOT NULL DEFAULT '';
ALTER TABLE run_images ADD COLUMN graph_title TEXT NOT NULL DEFAULT '';
ALTER TABLE run_images ADD COLUMN packs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE run_images ADD COLUMN removed INTEGER;

UPDATE run_images SET
  graph_id = coalesce((SELECT graph_id FROM runs WHERE runs.id = run), ''),
  graph_title = coalesce((SELECT json ->> '$.title' FROM graphs JOIN runs ON runs.graph = graphs.id WHERE runs.id = run), '');

DROP INDEX run_images_kept;
CREATE INDEX run_images_kept ON run_images(kept, removed, id);
CREATE INDEX run_images_by_graph ON run_images(graph_id, id) WHERE kept = 1 AND removed IS NULL;
CREATE INDEX run_images_removed ON run_images(removed) WHERE removed IS NOT NULL;
`;

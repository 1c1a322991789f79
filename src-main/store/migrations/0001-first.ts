/** Never edited after release: a change of the tables is a further file. Times are ms since 1970, digests hexadecimal. */
export const first = `
CREATE TABLE graphs (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  json TEXT NOT NULL
);

-- Processes that hold runs. A row lives as long as its process's lock file is locked.
CREATE TABLE owners (
  token TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  since INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  graph INTEGER NOT NULL REFERENCES graphs(id),
  graph_id TEXT NOT NULL,
  overrides TEXT NOT NULL,
  options TEXT NOT NULL,
  title TEXT NOT NULL,
  tier TEXT NOT NULL,
  submitter TEXT NOT NULL,
  submission TEXT,
  deterministic INTEGER NOT NULL,
  state TEXT NOT NULL,
  place REAL NOT NULL,
  starts INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  ms REAL NOT NULL DEFAULT 0,
  problems TEXT NOT NULL DEFAULT '[]',
  owner TEXT REFERENCES owners(token) ON DELETE SET NULL
);
CREATE INDEX runs_by_state ON runs(state, place);
CREATE INDEX runs_by_place ON runs(place);
CREATE INDEX runs_by_graph ON runs(graph);
CREATE INDEX runs_by_owner ON runs(owner) WHERE owner IS NOT NULL;

-- Files under blobs/. What a person uploaded stays; what results made leaves with its last result.
CREATE TABLE blobs (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  uploaded INTEGER NOT NULL
);

CREATE TABLE results (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  outputs TEXT NOT NULL,
  used INTEGER NOT NULL
);
CREATE INDEX results_by_use ON results(used);

CREATE TABLE result_files (
  result INTEGER NOT NULL REFERENCES results(id) ON DELETE CASCADE,
  blob INTEGER NOT NULL REFERENCES blobs(id),
  PRIMARY KEY (result, blob)
) WITHOUT ROWID;
CREATE INDEX result_files_by_blob ON result_files(blob);

-- Files under images/.
CREATE TABLE images (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  mime TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  seen INTEGER NOT NULL
);

-- No reference to runs: the gallery outlives the list of runs.
CREATE TABLE run_images (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run TEXT NOT NULL,
  node TEXT NOT NULL,
  position INTEGER NOT NULL,
  image INTEGER NOT NULL REFERENCES images(id),
  seed TEXT,
  title TEXT NOT NULL,
  prompt TEXT NOT NULL,
  kept INTEGER NOT NULL,
  added INTEGER NOT NULL,
  UNIQUE (run, node, position)
);
CREATE INDEX run_images_kept ON run_images(kept, id);
CREATE INDEX run_images_by_image ON run_images(image);

CREATE TABLE profiles (
  machine TEXT NOT NULL,
  device TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (machine, device)
) WITHOUT ROWID;

CREATE TABLE pack_digests (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  mtime REAL NOT NULL,
  digest TEXT NOT NULL
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  json TEXT NOT NULL
) WITHOUT ROWID;
`;

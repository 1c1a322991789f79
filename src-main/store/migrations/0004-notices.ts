/**
 * Who is to be told of runs that ended, and whether they were. A row is made when the last run of a submission is over,
 * and stays for a while, so that nobody is told twice.
 */
export const notices = `
CREATE TABLE notices (
  id TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL,
  made INTEGER NOT NULL,
  problem TEXT,
  owner TEXT,
  PRIMARY KEY (id, target)
) WITHOUT ROWID;
CREATE INDEX notices_by_state ON notices(state, due);
CREATE INDEX runs_by_submission ON runs(submission) WHERE submission IS NOT NULL;
`;

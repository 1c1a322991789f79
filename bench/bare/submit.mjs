// The least that a durable queue over HTTP can be: one row in one synced transaction for each request.
import path from 'node:path';
import Database from 'better-sqlite3';
import Fastify from 'fastify';

process.on('message', async ({ open }) => {
  const db = new Database(path.join(open, 'bare.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE runs (id INTEGER PRIMARY KEY, graph TEXT NOT NULL, overrides TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO runs (graph, overrides) VALUES (?, ?)');
  const app = Fastify();
  app.post('/api/runs.submit', async ({ body }) => {
    const value = body.runs.map(({ overrides }) => ({
      runId: insert.run(JSON.stringify(body.graph), JSON.stringify(overrides)).lastInsertRowid,
    }));
    return { ok: true, value };
  });
  process.send({ address: await app.listen({ host: '127.0.0.1', port: 0 }) });
});
process.on('disconnect', () => process.exit(0));

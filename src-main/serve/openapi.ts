import { z } from 'zod';
import { type CallName, calls, contractVersion } from '../contract/calls.ts';

type Schema = Readonly<Record<string, unknown>>;

/** What a client may write, as JSON Schema; what only code can check is said by its answer. */
const schemaOf = (name: CallName): Schema => {
  const { $schema, ...schema } = z.toJSONSchema(calls[name].args, { io: 'input', unrepresentable: 'any' });
  return schema;
};

const names = Object.keys(calls) as CallName[];
const bytes = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
const digest = {
  name: 'digest',
  in: 'path',
  required: true,
  description: 'sha256 of the bytes in lower-case hexadecimal.',
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
};
const problems = { description: 'What is wrong.', content: json({ $ref: '#/components/schemas/Problems' }) };
const answer = {
  description: 'The answer.',
  content: json({
    type: 'object',
    required: ['ok', 'value'],
    properties: { ok: { const: true }, value: {} },
  }),
};

function json(schema: Schema): Schema {
  return { 'application/json': { schema } };
}

/** Every call, made from the schemas that check it. */
export function openApi(version: string): Schema {
  const paths = names.map((name): [string, Schema] => [
    `/api/${name}`,
    {
      post: {
        operationId: name,
        summary: calls[name].about,
        requestBody: { content: json(schemaOf(name)) },
        responses: { 200: answer, default: problems },
      },
    },
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'Kiln', version, description: `Contract ${contractVersion}. Events come over a WebSocket at /ws.` },
    security: [{}, { token: [] }],
    paths: {
      ...Object.fromEntries(paths),
      '/blobs/{digest}': {
        parameters: [digest],
        put: {
          summary: 'Keeps a file that graphs may then name by its digest.',
          requestBody: { required: true, content: bytes },
          responses: { 200: answer, default: problems },
        },
        get: {
          summary: 'A file that was uploaded.',
          responses: { 200: { description: 'Its bytes.', content: bytes }, default: problems },
        },
      },
      '/images/{digest}': {
        parameters: [digest],
        get: {
          summary: 'A picture that a run made, with its graph inside.',
          responses: {
            200: {
              description: 'A picture file, in the format it was saved in.',
              content: { 'image/png': {}, 'image/jpeg': {}, 'image/webp': {} },
            },
            304: { description: 'It is what you have.' },
            default: problems,
          },
        },
      },
      '/metrics': { get: { summary: 'Figures for Prometheus.', responses: { 200: { description: 'Text.' } } } },
      '/healthz': { get: { summary: 'Whether it is there.', responses: { 200: { description: 'It is.' } } } },
      '/readyz': {
        get: {
          summary: 'Whether it takes work.',
          responses: { 200: { description: 'It does.' }, 503: { description: 'It is stopping.' } },
        },
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Problems: {
          type: 'object',
          required: ['ok', 'problems'],
          properties: {
            ok: { const: false },
            problems: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
          },
        },
        Problem: {
          type: 'object',
          required: ['code', 'values', 'message', 'remedy', 'node', 'input'],
          properties: {
            code: { type: 'string' },
            values: { type: 'object', description: 'What the sentences were made with.' },
            message: { type: 'string', description: 'In the language of Accept-Language, English or Chinese.' },
            remedy: { type: 'string' },
            node: { type: ['string', 'null'] },
            input: { type: ['string', 'null'] },
          },
        },
      },
    },
  };
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

export const apiStyle = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
h2 { font-family: ui-monospace, monospace; margin: 2.5rem 0 0 } pre { overflow: auto; padding: 1rem; border: 1px solid #8886; border-radius: 6px }
summary { cursor: pointer }
`;

/** The same for people. */
export function apiPage(version: string, address: string): string {
  const sections = names.map((name) => {
    const curl = `curl -X POST ${address}/api/${name} -H 'Content-Type: application/json' -d '{}'`;
    return `<section id="${name}"><h2>${name}</h2><p>${escaped(calls[name].about)}</p>
<pre>${escaped(curl)}</pre>
<details><summary>Arguments</summary><pre>${escaped(JSON.stringify(schemaOf(name), null, 2))}</pre></details></section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Kiln ${escaped(version)}: calls</title>
<link rel="stylesheet" href="/api.css"></head><body>
<h1>Calls of Kiln ${escaped(version)}</h1>
<p>POST arguments as JSON; the answer is <code>{"ok":true,"value":…}</code> or <code>{"ok":false,"problems":[…]}</code>. Where a token
is asked for, send <code>Authorization: Bearer TOKEN</code>. Files go to <code>PUT /blobs/SHA256</code> before a graph names them;
pictures come from <code>GET /images/SHA256</code>. The same calls, and events, go over a WebSocket at <code>/ws</code>:
<code>{"t":"call","id":1,"name":"core.info","args":{}}</code> is answered with <code>{"t":"answer","id":1,"result":…}</code>,
<code>{"t":"cancel","id":1}</code> ends a call, events come as <code>{"t":"event","event":…}</code>, and with previews of steps
after <code>{"t":"watch","graphs":["GRAPH ID"]}</code>.
For programs: <a href="/openapi.json">openapi.json</a>.</p>
${sections.join('\n')}
</body></html>
`;
}

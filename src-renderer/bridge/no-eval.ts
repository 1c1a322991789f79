import { config } from 'zod';

// Imported before any schema is made: zod otherwise tries whether it may make functions out of text, which the page's
// rules forbid and the browser reports.
config({ jitless: true });

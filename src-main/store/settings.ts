import type { Json } from '../model/json.ts';
import { reading, writing } from './commits.ts';
import type { Keeper } from './keeper.ts';

/** Named values as JSON. What a name means, and its default, is for others to know. */
export const settingTable = ({ sql }: Keeper) => ({
  all() {
    return reading((): Record<string, Json> => {
      const rows = sql.all<{ name: string; json: string }>('SELECT name, json FROM settings ORDER BY name');
      return Object.fromEntries(rows.map(({ name, json }) => [name, JSON.parse(json)]));
    });
  },
  /** Null forgets the value, so that the default holds again. */
  set({ name, value }: { readonly name: string; readonly value: Json }) {
    return writing(() => {
      if (value === null) sql.run('DELETE FROM settings WHERE name = ?', name);
      else sql.run('INSERT OR REPLACE INTO settings (name, json) VALUES (?, ?)', name, JSON.stringify(value));
    });
  },
});

import type { Told } from '../contract/desktop.ts';
import type { Digest } from '../model/ids.ts';

export const linkScheme = 'kiln';

/**
 * `kiln://template/NAME`, `kiln://picture/DIGEST`, `kiln://connect/?address=ADDRESS`. Anybody can make such a link, so
 * none does anything but show something: a connection is offered, not made. Null for anything else.
 */
export function deepLink(text: string): Told | null {
  if (text.length > 1000 || !URL.canParse(text)) return null;
  const { protocol, hostname, pathname, searchParams } = new URL(text);
  if (protocol !== `${linkScheme}:`) return null;
  const rest = pathname.replace(/^\/+|\/+$/g, '');
  if (hostname === 'template' && /^[a-z0-9-]{1,100}$/.test(rest)) return { t: 'template', name: rest };
  if (hostname === 'picture' && /^[0-9a-f]{64}$/.test(rest)) return { t: 'picture', digest: rest as Digest };
  const address = searchParams.get('address');
  return hostname === 'connect' && address ? { t: 'connect', address: address.slice(0, 500) } : null;
}

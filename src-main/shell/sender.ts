/** The scheme and the host of our own pages. */
export const scheme = 'app';
export const host = 'kiln';
export const home = `${scheme}://${host}/`;

/** Whether an address is a page of ours. Its `origin` is "null" in Node for every scheme of one's own, so parts are compared. */
export function isOurs(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === `${scheme}:` && url.host === host && url.username === '' && url.password === '';
}

/** Of a message's sender, what Electron tells. */
export interface Sender {
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** Only the page of a window itself may ask, no frame inside it. */
export const isTrusted = ({ senderFrame }: Sender): boolean =>
  senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url);

const hosts = ['github.com', 'huggingface.co'];

/** Addresses that may be shown in the person's own browser. */
export function mayOpenOutside(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' && hosts.includes(url.host) && url.username === '';
}

import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

// Where a webhook may go is said by name, and a name may mean this machine or its network at any moment. So the addresses
// are looked at when they are used, by the very connection: looking them up before would leave time to change them.

/** IANA's special-purpose registries, RFC 6890 and after: what is not reached through the public internet. */
const inner = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inner.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  // What they hold are IPv4 addresses, of which any could be meant.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(net, bits, 'ipv6');

export const isPrivate = (address: string): boolean => {
  const version = isIP(address);
  return version === 0 || inner.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
}

/** The host of a URL where it is an address; null where it is a name. */
export function addressIn(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : host;
}

/** Looks names up, and gives nothing where any address that it finds is a private one. */
export const publicLookup =
  (lookup: typeof dns.lookup = dns.lookup): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [], 0);
      if (found.length === 0 || found.some(({ address }) => isPrivate(address)))
        return callback(new PrivateAddress(hostname), [], 0);
      if (options.all) return callback(null, found);
      callback(null, found[0]!.address, found[0]!.family);
    });
  };

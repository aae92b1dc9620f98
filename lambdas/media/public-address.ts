import { BlockList, isIP } from 'node:net';

/** Source: IANA, "IPv4 Special-Purpose Address Registry"; multicast and what is reserved. */
const specialIpv4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];

/** Parts of 2000::/3 that are special or carry an IPv4 address. Source: IANA, "IPv6 Special-Purpose Address Registry". */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const blockedIpv4 = subnets(specialIpv4, 'ipv4');
const blockedIpv6 = subnets(specialIpv6, 'ipv6');
const globalIpv6 = subnets(['2000::/3'], 'ipv6');

/**
 * Tells whether an address (as a DNS answer has it) is of the public Internet: not private, loopback,
 * link-local, metadata, shared, multicast or reserved, also not as an IPv4 address inside an IPv6 one.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blockedIpv4.check(address, 'ipv4');
    case 6:
      return globalIpv6.check(address, 'ipv6') && !blockedIpv6.check(address, 'ipv6');
    default:
      return false;
  }
}

function subnets(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

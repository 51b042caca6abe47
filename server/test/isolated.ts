/**
 * A network of one's own, with nothing in it but loopback.
 *
 * Firefox gathers no ICE candidates on 127.0.0.1, only on the addresses of other networks: so loopback has one more
 * address here, with a default route through it. The network ends with its last process; nothing is left behind.
 */
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

/** How to run a program so that a browser in it can be reached, and where. */
export interface Network {
  /** To be put before the program and its arguments. */
  readonly command: readonly string[];
  /** A server in this network that announces this address can be reached by every browser in it. */
  readonly address: string;
}

const address = '10.99.0.1';
const prepare = `ip link set lo up && ip address add ${address}/24 dev lo && ip route add default via 10.99.0.2`;
/** As root; else as somebody whom this machine lets play root among themselves. */
const ways = [
  ['unshare', '--net'],
  ['unshare', '--user', '--map-root-user', '--net'],
];

/**
 * A network of our own where it can be made, else this machine's; or why neither does.
 */
export function reachableNetwork(): Network | { readonly lack: string } {
  let lack = 'there is no unshare, as on anything but Linux';
  for (const way of ways) {
    const command = [...way, 'sh', '-c', `${prepare} && exec "$@"`, 'sh'];
    const { status, stderr } = spawnSync(command[0] ?? '', [...command.slice(1), 'true'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (status === 0) return { command, address };
    if (stderr) lack = stderr.trim();
  }
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal);
  if (outer !== undefined) return { command: [], address: outer.address };
  return { lack: `this machine has no network but loopback, and none can be made: ${lack}` };
}

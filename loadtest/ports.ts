/** Ports that nobody uses now. Somebody may take one between the look and the use; then its user says so. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const tries = 50;

/** A port that is free for UDP and TCP alike on the loopback address. */
export async function freePort(): Promise<number> {
  for (let left = tries; left > 0; left--) {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const address = tcp.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const isFree = await freeForUdp(port);
    tcp.close();
    await once(tcp, 'close');
    if (isFree) return port;
  }
  throw new Error('no free port was found');
}

function freeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const udp = createSocket('udp4');
    udp.once('error', () => resolve(false));
    udp.bind(port, '127.0.0.1', () => udp.close(() => resolve(true)));
  });
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, publicUrlFor } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const machine = { cores: 4, addresses: ['192.168.1.7', '10.0.0.1'] };
const secret = 'a-secret-that-nobody-would-ever-guess';
const empty = write('{}');

function write(text: string): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, text);
  return file;
}

function problems(o: {
  env?: Record<string, string>;
  file?: unknown;
}): readonly (readonly [string, string])[] {
  const file = o.file === undefined ? empty : write(JSON.stringify(o.file));
  try {
    loadConfig({ env: o.env ?? {}, file, machine });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ key, why }) => [key, why]);
  }
  return [];
}

function listen(announced: string) {
  return loadConfig({ env: { PARLEY_ANNOUNCED_ADDRESS: announced }, file: empty, machine }).mediaAddresses;
}

describe('with nothing given', () => {
  const config = loadConfig({ env: { HOME: '/somewhere' }, file: empty, machine });

  test('every key has its default', () => {
    expect(config).toEqual({
      port: 3000,
      host: undefined,
      dataFolder: resolve('data'),
      publicUrl: null,
      mediaAddresses: [
        { listen: '127.0.0.1', announced: '127.0.0.1' },
        { listen: '192.168.1.7', announced: '192.168.1.7' },
      ],
      mediaPorts: [40_000, 40_001, 40_002, 40_003],
      tls: null,
      workers: 4,
      programsFolder: import.meta.dirname,
      apiKey: null,
      linkKeys: null,
      trustProxy: 0,
      logLevel: 'info',
    });
  });

  test('links begin with this machine and the port listened on', () => {
    expect(publicUrlFor(config, 4711)).toBe('http://localhost:4711');
  });
});

test('file and environment are read, and the environment goes before', () => {
  const certificate = write('pem');
  const config = loadConfig({
    env: {
      PORT: '5000',
      PARLEY_PORT: '5001',
      PARLEY_MEDIA_PORTS: '41000-41009',
      PARLEY_LINK_KEYS: `new:${secret}1,old:${secret}:2`,
      PARLEY_TLS_KEY: certificate,
      PARLEY_API_KEY: '',
      PARLEY_CACHE: '/cache',
      PARLEY_TALLY_FILE: '/tally',
    },
    file: write(
      JSON.stringify({
        port: 1,
        host: '127.0.0.1',
        dataFolder: 'here',
        publicUrl: 'https://talk.example.org/',
        announcedAddress: '203.0.113.9',
        tls: { certificate, key: 'not-there' },
        workers: 2,
        logLevel: 'debug',
      }),
    ),
    machine,
  });
  expect(config).toMatchObject({
    port: 5001,
    host: '127.0.0.1',
    dataFolder: join(folder, 'here'),
    publicUrl: 'https://talk.example.org',
    mediaAddresses: [{ listen: '0.0.0.0', announced: '203.0.113.9' }],
    mediaPorts: [41_000, 41_001],
    tls: { certificate, key: certificate },
    linkKeys: [
      { id: 'new', secret: `${secret}1` },
      { id: 'old', secret: `${secret}:2` },
    ],
    apiKey: null,
    logLevel: 'debug',
  });
  expect(publicUrlFor(config, 1)).toBe('https://talk.example.org');
});

test('an announced address of the machine itself is listened on directly', () => {
  expect(listen('10.0.0.1')).toEqual([{ listen: '10.0.0.1', announced: '10.0.0.1' }]);
  expect(listen('2001:db8::1')).toEqual([{ listen: '::', announced: '2001:db8::1' }]);
  expect(listen('media.example.org')).toEqual([{ listen: '0.0.0.0', announced: 'media.example.org' }]);
});

test('fewer ports than cores make fewer workers', () => {
  const config = loadConfig({ env: { PARLEY_MEDIA_PORTS: '41000' }, file: empty, machine });
  expect([config.workers, config.mediaPorts]).toEqual([1, [41_000]]);
});

test('a key that nobody knows is refused, in the file and in the environment', () => {
  expect(
    problems({
      file: { prot: 1, tls: { certificate: 'a', key: 'b', pass: 'c' } },
      env: { PARLEY_PROT: '1' },
    }),
  ).toEqual([
    ['PARLEY_PROT', 'there is no such variable'],
    ['tls.pass', 'there is no such key'],
    ['prot', 'there is no such key'],
  ]);
});

test.each([
  [{ PORT: 'eighty' }, 'PORT', /expected number/],
  [{ PORT: '80.5' }, 'PORT', /expected number/],
  [{ PARLEY_PORT: '70000' }, 'PARLEY_PORT', /65535/],
  [{ PARLEY_PORT: '-1' }, 'PARLEY_PORT', />=0/],
  [{ PARLEY_HOST: 'a host' }, 'PARLEY_HOST', /IP address or a host name/],
  [{ PARLEY_PUBLIC_URL: 'talk.example.org' }, 'PARLEY_PUBLIC_URL', /http:\/\/ or https:\/\//],
  [{ PARLEY_PUBLIC_URL: 'javascript:alert(1)' }, 'PARLEY_PUBLIC_URL', /http:\/\/ or https:\/\//],
  [{ PARLEY_PUBLIC_URL: 'https://a.example/path' }, 'PARLEY_PUBLIC_URL', /nothing after it/],
  [{ PARLEY_PUBLIC_URL: 'https://me:secret@a.example' }, 'PARLEY_PUBLIC_URL', /nothing after it/],
  [{ PARLEY_ANNOUNCED_ADDRESS: 'http://x' }, 'PARLEY_ANNOUNCED_ADDRESS', /IP address or a host name/],
  [{ PARLEY_MEDIA_PORTS: '40000 to 40010' }, 'PARLEY_MEDIA_PORTS', /expected object/],
  [{ PARLEY_MEDIA_PORTS: '40010-40000' }, 'PARLEY_MEDIA_PORTS', />=1/],
  [{ PARLEY_MEDIA_PORTS: '65530-65540' }, 'PARLEY_MEDIA_PORTS', /past port 65535/],
  [{ PARLEY_MEDIA_PORTS: '3000-3004' }, 'PARLEY_MEDIA_PORTS', /where HTTP listens/],
  [{ PARLEY_WORKERS: '17' }, 'PARLEY_WORKERS', /there are 16/],
  [{ PARLEY_WORKERS: '0' }, 'PARLEY_WORKERS', />=1/],
  [{ PARLEY_API_KEY: 'short' }, 'PARLEY_API_KEY', /at least 32 characters/],
  [{ PARLEY_LINK_KEYS: secret }, 'PARLEY_LINK_KEYS', /1 to 32 letters/],
  [{ PARLEY_LINK_KEYS: `a:${secret},a:${secret}` }, 'PARLEY_LINK_KEYS', /same id/],
  [{ PARLEY_LINK_KEYS: 'a:short' }, 'PARLEY_LINK_KEYS', /at least 32 characters/],
  [{ PARLEY_TLS_KEY: '/nowhere/key.pem' }, 'tls.certificate', /missing/],
  [{ PARLEY_LOG_LEVEL: 'loud' }, 'PARLEY_LOG_LEVEL', /one of/],
] as const)('%o is refused by name and with why', (env, key, why) => {
  const found = problems({ env: { ...env } });
  expect(found).toEqual([[key, expect.stringMatching(why)]]);
});

test('certificate files that cannot be read are named', () => {
  expect(problems({ file: { tls: { certificate: 'c.pem', key: 'k.pem' } } })).toEqual([
    ['tls.certificate', `${join(folder, 'c.pem')} cannot be read`],
    ['tls.key', `${join(folder, 'k.pem')} cannot be read`],
  ]);
});

test('every wrong key is listed, not only the first', () => {
  expect(problems({ file: { port: 'x', workers: 'y', logLevel: 1 } }).map(([key]) => key)).toEqual([
    'port',
    'workers',
    'logLevel',
  ]);
});

test('the message has a line for each', () => {
  const file = write(JSON.stringify({ prot: 1 }));
  expect(() => loadConfig({ env: { PARLEY_PROT: '1' }, file, machine })).toThrow(
    `The configuration (${file} and the environment) cannot be used:\n` +
      '  PARLEY_PROT: there is no such variable\n  prot: there is no such key',
  );
});

test('no complaint repeats a secret', () => {
  const found = problems({ env: { PARLEY_API_KEY: 'hunter2', PARLEY_LINK_KEYS: 'hunter2' } });
  expect(JSON.stringify(found)).not.toContain('hunter2');
  expect(found).not.toEqual([]);
});

test('a file that is no JSON, no object or not there is a clear error', () => {
  expect(() => loadConfig({ env: {}, file: write('{"port": 1,}') })).toThrow(/is not JSON/);
  expect(() => loadConfig({ env: {}, file: write('[]') })).toThrow(/is not an object/);
  expect(() => loadConfig({ env: { PARLEY_CONFIG: join(folder, 'nowhere.json') } })).toThrow(
    /cannot be read/,
  );
});

test('keys of Object do not pass as configuration', () => {
  const file = write('{"__proto__": {"port": 1}, "constructor": 1}');
  expect(() => loadConfig({ env: {}, file, machine })).toThrow(/constructor: there is no such key/);
});

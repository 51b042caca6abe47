/** The composition root: reads the configuration, makes the adapters, starts the server, stops it on a signal. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMixer } from '../worker/mix/mixer.ts';
import { createPlane } from '../worker/plane.ts';
import { createRecordings } from '../worker/recordings.ts';
import { ConfigError, loadConfig, type Config } from '../config/load.ts';
import { loadPrograms, type Programs } from '../config/load-programs.ts';
import { loadSecrets, SecretsUnusable } from './access/secrets.ts';
import { anchorNow, createClock } from './clock/clock.ts';
import { SEATS } from './domain/conversation.ts';
import { conversationsFolder, startServer, type RunningServer } from './server.ts';
import { FolderInUse, lockFolder } from './store/folder-lock.ts';
import { openSqliteStore, StoreUnusable } from './store/sqlite.ts';
import { createLog } from './telemetry/log.ts';

/** Past it the process ends whatever is still closing: Ctrl-C answers within 5 s. */
const CLOSE_WITHIN_MS = 4_500;

async function main(): Promise<void> {
  const config = loadConfig({ env: process.env });
  const programs = loadPrograms(config.programsFolder);
  const unlock = lockFolder(config.dataFolder);
  mkdirSync(conversationsFolder(config), { recursive: true, mode: 0o700 });
  const secrets = loadSecrets({
    dataFolder: config.dataFolder,
    given: { apiKey: config.apiKey, linkKeys: config.linkKeys },
  });
  const log = createLog(config.logLevel, {
    secrets: [
      secrets.apiKey,
      secrets.sessionKey,
      secrets.addressKey,
      ...secrets.linkKeys.map(({ secret }) => secret),
    ],
  });
  const anchor = anchorNow();
  const clock = createClock(anchor);
  const store = openSqliteStore(join(config.dataFolder, 'parley.sqlite'));
  const plane = createPlane({
    conversationsFolder: conversationsFolder(config),
    addresses: config.mediaAddresses,
    ports: config.mediaPorts,
    clockAnchor: anchor,
    log,
  });
  const mixer = createMixer({ conversationsFolder: conversationsFolder(config), log });

  const server = await startServer({
    config,
    secrets,
    programs,
    store,
    clock,
    plane,
    mixer,
    recordings: createRecordings({ conversationsFolder: conversationsFolder(config) }),
    log,
    clientFolder: join(import.meta.dirname, '../client/dist'),
    notReadyBecause: () => (plane.workers.length === 0 ? ['no media worker is running'] : []),
  });
  stopOnSignal(() => server.close().finally(unlock));
  await greet(server, programs, config);
}

/** What a newcomer needs to see: the address, and the first time a conversation to try. */
async function greet(server: RunningServer, programs: Programs, config: Config): Promise<void> {
  const { publicUrl, rooms, access } = server;
  say(`Parley is open at ${publicUrl}`);
  say(`Data is kept in ${config.dataFolder}`);
  const [latest] = await rooms.list({ limit: 1, after: null });
  if (latest !== undefined) return;
  const demonstration = programs.resolve('one-small-step', 'en');
  if (demonstration === null) return;
  const conversation = await rooms.create({
    ...demonstration,
    language: 'en',
    names: { a: 'Robin', b: 'Sam' },
    plannedAt: null,
    about: { title: 'A first try', keywords: [], place: null },
  });
  say('');
  say('A conversation to try. Open each link in a window of its own:');
  const guests = { a: conversation.names.a, b: conversation.names.b, facilitator: 'The facilitator' };
  for (const seat of SEATS) say(`  ${guests[seat]}: ${access.links.issue(conversation, seat).url}`);
  say('');
  say('More: npm run conversation -- create --program one-small-step --names "First name,Other name"');
}

function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    say('Closing: what is being written is sealed, running conversations go on at the next start.');
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Mistakes of the operator in one sentence each; only what nobody foresaw with its stack. */
function complain(error: unknown): void {
  const foreseen = [ConfigError, FolderInUse, SecretsUnusable, StoreUnusable].some(
    (kind) => error instanceof kind,
  );
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (inUse) process.stderr.write('The port is in use. Choose another with PORT=… or stop what uses it.\n');
  else if (foreseen && error instanceof Error) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

main().catch((error: unknown) => {
  complain(error);
  process.exit(1);
});

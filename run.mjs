// The entry of every npm script: `node run.mjs <task> …`.
//
// Gets Node 24 if this one is older, then hands on to setup/main.ts under it.
// Plain JavaScript without dependencies, because Node 20 must be able to run it on a fresh clone.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The oldest Node that runs the TypeScript as it is, with all that Parley uses. */
const oldestMajor = 24;
/** Fetched where the machine's own is older: npm has it, binary included, as one package a platform. */
const nodeVersion = '24.21.0';

const root = fileURLToPath(new URL('.', import.meta.url));
const tasks = JSON.parse(readFileSync(join(root, 'setup/tasks.json'), 'utf8'));
const [task = '', ...args] = process.argv.slice(2);

if (!Object.hasOwn(tasks, task)) fail(`Say what to do: node run.mjs ${Object.keys(tasks).join(' | ')}`);

process.env.PARLEY_CACHE = cacheFolder();
// What V8 made of the source, kept for the next start and the next process: a second less.
process.env.NODE_COMPILE_CACHE ??= join(process.env.PARLEY_CACHE, 'compiled');
endWithNpm();
// Also for the processes that Parley starts: node:sqlite calls itself experimental on some 24.x.
const quiet = '--disable-warning=ExperimentalWarning';

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) =>
    rest[0] === 'ExperimentalWarning' ? undefined : emitWarning(warning, ...rest);
  addNodeOption(quiet);
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const { main } = await import('./setup/main.ts');
  await main(task, args);
} else {
  const node = await ensureNode();
  addNodeOption(quiet);
  handOn(node);
}

function cacheFolder() {
  const { PARLEY_CACHE, XDG_CACHE_HOME } = process.env;
  const folder = PARLEY_CACHE
    ? resolve(PARLEY_CACHE)
    : XDG_CACHE_HOME
      ? join(XDG_CACHE_HOME, 'parley')
      : join(homedir(), '.cache', 'parley');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    fail(`The cache folder ${folder} cannot be written (${error.code}): name another in PARLEY_CACHE.`);
  }
  return folder;
}

function addNodeOption(option) {
  process.env.NODE_OPTIONS = [process.env.NODE_OPTIONS, option].filter(Boolean).join(' ');
}

/** Answers the path of a Node 24 that runs here, from the cache or fetched into it. */
async function ensureNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(process.env.PARLEY_CACHE, 'node', `${nodeVersion}-${platform}-${process.arch}`);
  const binary = join('bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (runsAsWanted(join(folder, binary))) return join(folder, binary);

  const say = tellStep(`this machine has ${process.versions.node}, fetching ${nodeVersion}`);
  // Made whole beside its place and then renamed: whoever comes at the same time finds all of it or none.
  mkdirSync(join(folder, '..'), { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  writeFileSync(join(scratch, 'package.json'), '{}');
  const trouble = await npmInstall(scratch, `${name}@${nodeVersion}`);
  const fetched = join(scratch, 'node_modules', name);
  if (trouble !== undefined || !runsAsWanted(join(fetched, binary))) {
    say('failed');
    fail(
      `Node ${nodeVersion} could not be fetched from npm as ${name}: ${trouble ?? 'it does not run on this machine'}\n` +
        `Install Node ${oldestMajor} or newer yourself, then run the same command again.`,
    );
  }
  try {
    rmSync(folder, { recursive: true, force: true });
    renameSync(fetched, folder);
  } catch (error) {
    if (!runsAsWanted(join(folder, binary))) throw error;
  }
  say('ready');
  return join(folder, binary);
}

/** Asked each time, as it takes 10 ms: a copy broken by a full disk must not stay broken for ever. */
function runsAsWanted(binary) {
  const { stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8', env: {} });
  return stdout?.trim() === `v${nodeVersion}`;
}

/** Answers undefined, or what went wrong. */
function npmInstall(folder, wanted) {
  const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const npmArgs = ['install', '--prefix', folder, ...flags, wanted];
  const cli = process.env.npm_execpath;
  const [command, commandArgs, shell] =
    cli && basename(cli) === 'npm-cli.js'
      ? [process.execPath, [cli, ...npmArgs], false]
      : ['npm', npmArgs, process.platform === 'win32'];
  return new Promise((answer) => {
    const child = spawn(command, commandArgs, { cwd: folder, shell, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    child.on('error', (error) => answer(`npm does not start (${error.code})`));
    child.on('close', (code) => answer(code === 0 ? undefined : said.trim() || `npm ended with ${code}`));
  });
}

/** Runs the task under the given Node, and ends as it ends. */
function handOn(node) {
  const child = spawn(node, [join(root, 'setup/main.ts'), task, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    // Ctrl-C reaches the child by itself, `kill` does not, and nothing here tells them apart. So the child
    // is told by a message, a little later, and drops it if the signal has come (setup/parent.ts).
    process.on(signal, () => setTimeout(() => child.connected && child.send({ signal }), 200));
  }
  child.on('error', (error) => fail(`${node} does not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

/** A `kill` of npm ends the shell between npm and us, and nothing more. Without this we would serve on, unseen. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

/** The first of the steps that setup/tell.ts goes on telling. */
function tellStep(text) {
  const begun = Date.now();
  const place = `[1/${tasks[task].length}] Node ${oldestMajor}`;
  const show = () => process.stderr.write(`\r\x1b[2K${place} … ${text} (${seconds()} s)`);
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const clock = process.stderr.isTTY ? setInterval(show, 1000) : undefined;
  if (clock) show();
  else process.stderr.write(`${place} … ${text}\n`);
  return (outcome) => {
    clearInterval(clock);
    process.stderr.write(`${clock ? '\r\x1b[2K' : ''}${place}: ${outcome} (${seconds()} s)\n`);
  };
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

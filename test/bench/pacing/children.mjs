import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';
import { URL, fileURLToPath } from 'node:url';

/** What this process has started and what still runs: the only processes it ever signals. */
const running = new Set();

/** @param {string} script a file beside this one */
export function forkChild(script, args = []) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return keep(fork(path, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
}

/** @param {import('node:child_process').SpawnOptions} options */
export function spawnChild(command, args, options) {
  return keep(spawn(command, args, options));
}

function keep(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** SIGKILL also ends what is stopped. */
export function killAllChildren() {
  for (const child of running) child.kill('SIGKILL');
}

export async function killChild(child) {
  if (!running.has(child)) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/**
 * The next message of a child that has the wanted field; fails if the child ends or stays silent instead.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} field
 */
export function messageWith(child, field, withinMs = 30_000) {
  return new Promise((resolve, reject) => {
    const settle = (settled, value) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settled(value);
    };
    const onMessage = (message) => {
      if (field in message) settle(resolve, message[field]);
      else if ('failure' in message) settle(reject, new Error(message.failure));
    };
    const onExit = () => settle(reject, new Error(`a process ended before it sent its ${field}`));
    const timer = setTimeout(
      () => settle(reject, new Error(`no ${field} within ${withinMs} ms`)),
      withinMs,
    );
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

// What stands between a process and Redis delays, and changes nothing else.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { nowMs } from './clock.mjs';
import { DelayingProxy } from './delaying-proxy.mjs';

test('each way takes longer, and nothing overtakes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-proxy-'));
  const echo = createServer((socket) => socket.pipe(socket)).listen(join(folder, 'echo'));
  await once(echo, 'listening');
  const delays = [40, 5, 30, 10];
  let asked = 0;
  const proxy = await DelayingProxy.start(
    join(folder, 'proxy'),
    join(folder, 'echo'),
    () => delays[asked++ % delays.length],
  );
  const socket = connect(proxy.path);
  try {
    const startMs = nowMs();
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => (text += part));
    for (const part of ['a', 'b', 'c']) {
      socket.write(part);
      await setImmediate();
    }
    while (text.length < 3) await once(socket, 'data');
    assert.equal(text, 'abc');
    assert.ok(nowMs() - startMs >= 45, `it took ${nowMs() - startMs} ms`);
  } finally {
    socket.destroy();
    proxy.close();
    echo.close();
    rmSync(folder, { recursive: true });
  }
});

// The network between the processes of the backend and the server, in a process of its own.
// Arguments: profile, seed, port of the server. Messages: sends `{ port }` when it listens; answers any message with
// `{ network }`, the delays it drew and how late it was.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { NetworkRelay } from './network-relay.mjs';
import { drawDelays } from './profiles.mjs';

const [profile, seed, serverPort] = process.argv.slice(2);
const warmingRounds = 200;

/** What it costs to compile these files must not look like a delay of the network. */
async function warmUp() {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const aMoment = { requestDelayMs: () => 0.5, replyDelayMs: () => 0.5 };
  const relay = await NetworkRelay.start(echo.address().port, aMoment);
  const socket = connect(relay.port, '127.0.0.1');
  for (let round = 0; round < warmingRounds; round += 1) {
    socket.write('x');
    await once(socket, 'data');
  }
  socket.destroy();
  relay.close();
  echo.close();
}

await warmUp();
const relay = await NetworkRelay.start(Number(serverPort), drawDelays(profile, Number(seed)));
process.on('message', () =>
  process.send?.({ network: { ...relay.journal, forwarded: relay.forwarded } }),
);
process.on('disconnect', () => process.exit());
process.send?.({ port: relay.port });

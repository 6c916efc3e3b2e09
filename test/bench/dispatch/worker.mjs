// A backend that rings plans, in one of two ways.
// Messages: says `{ url }`; after `{ ring }` says `{ rung, id }`, without an id if that failed, and `{ ended }` when the
// application is notified of an end; after `{ read }` says `{ records }`.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ZimCallModule } from 'nestjs-zim-call';
import { apps, callbackPath } from './settings.mjs';

const { way, redisUrl, baseUrl } = JSON.parse(process.argv[2]);
const { appId, serverSecret, callbackSecret: secret } = apps[way];

/** Resolves when the message has left this process, whatever becomes of it then. */
function say(message) {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function Backend() {
  // Nest wants a class.
}

const { create } = await import(`./ways/${way}.mjs`);
const { imports, providers, open } = create({ redisUrl, onEnd: (ended) => say({ ended }) });
const callbacks = { path: callbackPath, secret };
// A callback shows which call an invite became whose reply was lost.
const correlation = {};
const options = { appId, serverSecret, baseUrl, redisUrl, callbacks, correlation };
const zim = ZimCallModule.forRoot(options);
const module = { module: Backend, imports: [zim, ...imports], providers };
const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
const { ring, read } = await open(app);

process.on('message', ({ ring: plan, read: wanted }) => {
  if (plan !== undefined) {
    ring(plan).then(
      (id) => say({ rung: plan.key, id }),
      () => say({ rung: plan.key }),
    );
  }
  if (wanted === undefined) return;
  readAll(wanted).then(
    (records) => say({ records }),
    (error) => say({ failure: String(error?.stack ?? error) }),
  );
});

async function readAll(wanted) {
  const records = [];
  for (const [key, id] of wanted) records.push([key, await read(id)]);
  return records;
}

await say({ url: await app.getUrl() });

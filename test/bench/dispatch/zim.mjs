// ZIM: a sandbox in a process of its own, whose phones answer as planned. Its log of calls is the truth.
// Messages: says `{ url }`; gets `{ callbackUrls }`; after `{ tell }` says `{ callLog }`.
import { setTimeout } from 'node:timers';
import { ZimSandbox } from 'zim-sandbox';
import { createPlans, faultsOf, phonesOf } from './plans.mjs';
import { apps } from './settings.mjs';

const maxEntries = 1_000_000;
const { seed, plans: count, callsPerSecond } = JSON.parse(process.argv[2]);
const plans = createPlans(seed, count);
const phones = new Map(phonesOf(plans).map((phone) => [phone.userId, phone]));

const sandbox = await ZimSandbox.start({
  apps: Object.values(apps),
  users: ['caller', 'callee', ...phones.keys()],
  faults: faultsOf(plans),
  maxJournalEntries: maxEntries,
  callsPerSecond,
});

sandbox.calls.onChange(({ appId, before, call: { callId, callees } }) => {
  if (before !== undefined) return;
  for (const { userId } of callees) {
    const { answer = 'none', afterMs } = phones.get(userId) ?? {};
    if (answer === 'none') continue;
    setTimeout(() => press(answer, { appId, userId, callId }), afterMs);
  }
});

/** Callbacks that it gave up, after it had repeated them for a minute. */
const dropped = [];
sandbox.callbacks.onAttempt(({ delivery: { appId, event, callId, state, body } }) => {
  if (state !== 'dropped') return;
  dropped.push({ appId, event, callId, userIds: body.user_ids ?? [body.user_id] });
});

function press(answer, call) {
  try {
    sandbox.devices[answer](call);
  } catch {
    // It does not ring any more: withdrawn, or just timed out.
  }
}

/** Its list of calls keeps the newest 10,000: the journal shows whether all are there. */
function callLogOf({ appId }) {
  const invites = sandbox.journal
    .entries(appId)
    .filter(({ action }) => action === 'CallInvite')
    .map(({ callId, executed, fault, code, body }) => ({
      userIds: body?.UserIds ?? [],
      ...(executed && { callId }),
      isReplyLost: fault?.kind === 'reset',
      isThrottled: code === 660300005,
    }));
  const calls = sandbox.calls.list(appId).map(({ callId, createdAt, callees }) => ({
    callId,
    createdAtMs: createdAt,
    callees: callees.map(({ userId, state }) => ({ userId, state })),
  }));
  return { invites, calls, dropped: dropped.filter((one) => one.appId === appId) };
}

process.on('message', ({ callbackUrls, tell }) => {
  for (const [way, url] of Object.entries(callbackUrls ?? {})) {
    sandbox.callbacks.setUrl(url, apps[way].appId);
  }
  if (tell === undefined) return;
  const callLog = Object.entries(apps).map(([way, app]) => [way, callLogOf(app)]);
  process.send?.({ callLog: Object.fromEntries(callLog) });
});
process.send?.({ url: sandbox.url });

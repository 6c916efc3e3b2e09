import { type ControlParts } from '../control/control.js';
import { type EventLog } from './event-log.js';
import { appOf, consoleDelivery } from './snapshot.js';

/** Adds every change in the sandbox to the event log. */
export function recordChanges(parts: ControlParts, log: EventLog): void {
  const { settings, directory, calls, callbacks, journal, faults } = parts;
  journal.onEntry((entry) => {
    log.add({ kind: 'requests', requests: [entry] });
  });
  calls.onChange(({ appId, call }) => {
    log.add({ kind: 'call', call: { ...call, appId } });
  });
  directory.onChange(({ appId, user, presence }) => {
    log.add({ kind: 'user', user: { ...user, appId, presence } });
  });
  callbacks.onChange((change) => {
    log.add({ kind: 'delivery', delivery: consoleDelivery(change) });
  });
  callbacks.onUrl((appId) => {
    log.add({ kind: 'app', app: appOf(parts, appId) });
  });
  faults.onChange(() => {
    log.add({
      kind: 'faults',
      // Read when the event is sent: a copy of all rules for each hit would fill the memory.
      get faults() {
        return faults.list();
      },
    });
  });
  settings.clock.onStep(() => {
    log.add({ kind: 'clock' });
  });
}

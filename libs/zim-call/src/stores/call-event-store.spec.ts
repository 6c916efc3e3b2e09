import { ManualRuntime } from '../testing/manual-runtime.js';
import { callLifeMs, MemoryCallEventStore } from './call-event-store.js';

const event = { type: 'accepted', userIds: ['bob'], at: new Date(0) } as const;

describe('MemoryCallEventStore', () => {
  it('forgets a call half an hour after its last event', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryCallEventStore(runtime);
    await store.append('call', event);
    runtime.advance(callLifeMs - 1);
    await store.append('call', event);
    runtime.advance(callLifeMs - 1);
    expect(await store.load('call')).toEqual([event, event]);
    runtime.advance(1);
    expect(await store.load('call')).toEqual([]);
  });
});

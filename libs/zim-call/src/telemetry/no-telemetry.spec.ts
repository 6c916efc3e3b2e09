import { CALL_OBSERVER } from '../client/call-observer.js';
import { createClient } from '../testing/create-client.js';
import { accepted, ScriptedServer } from '../testing/scripted-server.js';
import { noObserver } from './call-observer.provider.js';

jest.mock('@opentelemetry/api', () => {
  throw new Error("Cannot find module '@opentelemetry/api'");
});

it('calls are sent if the application has no OpenTelemetry', async () => {
  const server = await ScriptedServer.start(accepted);
  const zim = await createClient(server.url);
  expect(zim.module.get(CALL_OBSERVER)).toBe(noObserver);
  const { invited } = await zim.service.invite({ fromUserId: 'alice', userIds: ['bob'] });
  expect(invited).toEqual(['bob']);
  await zim.module.close();
  await server.stop();
});

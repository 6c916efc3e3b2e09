import { type SandboxApp } from './settings.js';

/**
 * The project of the vendor's signing examples, whose ServerSecret is published.
 *
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export const exampleApp: SandboxApp = {
  appId: 12345,
  serverSecret: '9193cc662a4c0ec135ec71fb57194b38',
};

/** Whether everybody knows the ServerSecret of the app. */
export function isExampleApp({ appId, serverSecret }: SandboxApp): boolean {
  return appId === exampleApp.appId && serverSecret === exampleApp.serverSecret;
}

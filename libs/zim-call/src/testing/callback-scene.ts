import type { ModuleMetadata } from '@nestjs/common';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { CallInviteService } from '../invite/call-invite.service.js';
import { CallOutcomeService } from '../outcome/call-outcome.service.js';
import { CALL_EVENT_STORE, type CallEventStore } from '../stores/call-event-store.js';
import { ZimCallModule } from '../zim-call.module.js';
import { CallbackApp } from './callback-app.js';
import type { ManualRuntime } from './manual-runtime.js';
import { type Script, ScriptedServer } from './scripted-server.js';

/** An application with the module, and a ZIM that does what the test says and calls back when the test wants. */
export class CallbackScene {
  private parts?: { readonly zim: ScriptedServer; readonly backend: CallbackApp };

  /** @param callId - of the calls that callbacks are about */
  constructor(readonly callId: string) {}

  async start(
    scripts: readonly Script[],
    options: Partial<ZimCallOptions>,
    metadata: ModuleMetadata = {},
  ): Promise<void> {
    const zim = await ScriptedServer.start(...scripts);
    const common = { appId: 1, serverSecret: 's', baseUrl: zim.url };
    const imports = [ZimCallModule.forRoot({ ...common, ...options })];
    this.parts = { zim, backend: await CallbackApp.start({ imports, ...metadata }) };
  }

  get zim(): ScriptedServer {
    return this.started.zim;
  }

  get backend(): CallbackApp {
    return this.started.backend;
  }

  get runtime(): ManualRuntime {
    return this.backend.runtime;
  }

  get invites(): CallInviteService {
    return this.backend.app.get(CallInviteService);
  }

  get outcomes(): CallOutcomeService {
    return this.backend.app.get(CallOutcomeService);
  }

  get events(): CallEventStore {
    return this.backend.app.get<CallEventStore>(CALL_EVENT_STORE, { strict: false });
  }

  /** Delivers a callback, which must be taken. */
  async callBack(event: string, fields: object): Promise<void> {
    const body = { call_id: this.callId, ...fields };
    expect(await this.backend.deliver(event, body)).toBe(200);
  }

  async stop(): Promise<void> {
    const { zim, backend } = this.started;
    this.parts = undefined;
    expect(backend.runtime.pendingTimers).toBe(0);
    await backend.close();
    await zim.stop();
  }

  private get started() {
    if (this.parts === undefined) throw new Error('call start() first');
    return this.parts;
  }
}

/** A {@link CallbackScene} that is stopped after each test, and has left no timer behind. */
export function useCallbackScene(callId: string): CallbackScene {
  const scene = new CallbackScene(callId);
  afterEach(() => scene.stop());
  return scene;
}

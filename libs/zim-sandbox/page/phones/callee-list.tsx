import { type SandboxCalleeState } from '../../src/calls/call-state.js';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { useTexts } from '../shared/contexts.js';
import { useCodeText } from '../shared/hooks.js';
import { CallData } from './call-data.js';
import { Icon, type IconName } from './icon.js';
import { phonesTexts } from './texts.js';

const icons: Readonly<Record<SandboxCalleeState, IconName>> = {
  inviting: 'dots',
  received: 'bell',
  accepted: 'check',
  rejected: 'cross',
  'timed-out': 'clock',
  cancelled: 'slash',
};

/** Lists the callees of a call with their states. */
export function CalleeList({ call }: { readonly call: ConsoleCall }) {
  const t = useTexts(phonesTexts);
  const codeText = useCodeText();
  return (
    <ul class="callees">
      {call.callees.map(({ userId, state, extendedData }) => (
        <li key={userId} class={`callee callee-${state}`}>
          <Icon name={icons[state]} />
          <div>
            <span class="callee-id">{userId}</span>{' '}
            <span class="callee-state">{t.calleeStates[state]}</span>
            <CallData text={extendedData} />
          </div>
        </li>
      ))}
      {call.failed.map(({ userId, code }) => (
        <li key={userId} class="callee callee-failed">
          <Icon name="warning" />
          <div>
            <span class="callee-id">{userId}</span>{' '}
            <span class="callee-state">
              {t.failed}: <span class="mono">{code}</span>
            </span>
            <p class="callee-meaning" lang={codeText(code)?.lang}>
              {codeText(code)?.meaning}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

import './faults.css';
import { requestControl } from '../feed/control-api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { ClockPanel } from './clock-panel.js';
import { presetNames, presetRule } from './fault-rules.js';
import { ResetButton } from './reset-button.js';
import { RuleList } from './rule-list.js';
import { faultsTexts } from './texts.js';

/** Injects faults, advances the clock and resets the sandbox. */
export function FaultsPanel() {
  const t = useTexts(faultsTexts);
  const appId = useAppId();
  // Until the first snapshot, the AppID is 0, which no request would match.
  const isAppKnown = useConsole((state) => state.sandbox !== undefined);
  const mutation = useMutation();
  return (
    <section id="faults" class="panel" aria-labelledby="faults-title">
      <h2 id="faults-title">{t.title}</h2>
      <ul class="presets">
        {presetNames.map((name) => (
          <li key={name}>
            <button
              type="button"
              disabled={!isAppKnown}
              aria-describedby={`preset-${name}`}
              onClick={() => {
                mutation.run(() => requestControl('POST', '/__/faults', presetRule(name, appId)));
              }}
            >
              {t.presets[name].name}
            </button>
            <span id={`preset-${name}`} class="muted hint">
              {t.presets[name].meaning}
            </span>
          </li>
        ))}
      </ul>
      <FailureText failure={mutation.failure} />
      <RuleList />
      <ClockPanel />
      <ResetButton />
    </section>
  );
}

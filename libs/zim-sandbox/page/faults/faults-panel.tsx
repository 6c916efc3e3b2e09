import './faults.css';
import { ask } from '../feed/api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { ClockPanel } from './clock-panel.js';
import { FailureText } from '../widgets/failure-text.js';
import { presetNames, presetRule } from './presets.js';
import { ResetButton } from './reset-button.js';
import { RuleList } from './rule-list.js';
import { faultsTexts } from './texts.js';
import { useDeed } from '../widgets/use-deed.js';

/** What goes wrong on purpose, and what time it is. */
export function FaultsPanel() {
  const t = useTexts(faultsTexts);
  const appId = useAppId();
  // Before that, a rule would be for an app that does not exist, and never hit.
  const isAppKnown = useConsole((state) => state.sandbox !== undefined);
  const deed = useDeed();
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
                deed.act(() => ask('POST', '/__/faults', presetRule(name, appId)));
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
      <FailureText of={deed.failure} />
      <RuleList />
      <ClockPanel />
      <ResetButton />
    </section>
  );
}

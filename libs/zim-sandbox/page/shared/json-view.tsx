import './json-view.css';
import { useMemo } from 'preact/hooks';
import { CopyButton } from './copy-button.js';

interface JsonViewProps {
  readonly name: string;
  readonly value: unknown;
}

/** Shows a value as formatted JSON with a copy button. */
export function JsonView({ name, value }: JsonViewProps) {
  const json = useMemo(() => JSON.stringify(value, null, 2), [value]);
  return (
    <div class="json-view">
      <CopyButton label={name} text={() => json} />
      <pre role="group" aria-label={name} tabIndex={0} dir="ltr">
        {json}
      </pre>
    </div>
  );
}

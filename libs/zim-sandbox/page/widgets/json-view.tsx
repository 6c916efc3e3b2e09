import './json-view.css';
import { useMemo } from 'preact/hooks';
import { CopyButton } from './copy-button.js';

interface JsonViewProps {
  /** What it is, in words. */
  readonly name: string;
  readonly value: unknown;
}

/** A value as JSON that can be read, scrolled by keyboard, and copied. */
export function JsonView({ name, value }: JsonViewProps) {
  const json = useMemo(() => JSON.stringify(value, null, 2), [value]);
  return (
    <div class="json-view">
      <CopyButton what={name} text={() => json} />
      <pre role="group" aria-label={name} tabIndex={0} dir="ltr">
        {json}
      </pre>
    </div>
  );
}

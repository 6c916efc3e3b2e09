import { Component, type FunctionComponent } from 'preact';

/**
 * A component that is drawn anew only when one of its properties is another.
 *
 * To keep the element itself (`useMemo(() => <Row />)`) looks the same, but the kept element holds
 * on to the tree it was first drawn in, and that one to those before: a list that is pushed on
 * would keep every row it ever had.
 */
export function memo<Props extends object>(Inner: FunctionComponent<Props>) {
  return class Memo extends Component<Props> {
    static override readonly displayName = `Memo(${Inner.name})`;

    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !isSame(this.props, next);
    }

    override render(props: Props) {
      return <Inner {...props} />;
    }
  };
}

function isSame(one: object, other: object): boolean {
  const entries = Object.entries(one);
  const others = new Map(Object.entries(other));
  return (
    entries.length === others.size &&
    entries.every(([name, value]) => others.has(name) && Object.is(others.get(name), value))
  );
}

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
      return differs(this.props, next) || differs(next, this.props);
    }

    override render(props: Props) {
      return <Inner {...props} />;
    }
  };
}

function differs<One extends object>(one: One, other: One): boolean {
  for (const name in one) if (!Object.is(one[name], other[name])) return true;
  return false;
}

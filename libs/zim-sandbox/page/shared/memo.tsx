import { Component, type FunctionComponent } from 'preact';

/**
 * Returns a component that renders again only when one of its properties changes.
 *
 * A memoized element (`useMemo(() => <Row />)`) would leak memory: it references the tree in which it was first
 * rendered, and that tree references the ones before, so a growing list would keep every row it ever had.
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

function differs<Props extends object>(one: Props, other: Props): boolean {
  for (const name in one) if (!Object.is(one[name], other[name])) return true;
  return false;
}

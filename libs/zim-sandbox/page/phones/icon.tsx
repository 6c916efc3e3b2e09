const shapes = {
  phone:
    'M6.2 2.8 8 6.6 6.3 8.3a11 11 0 0 0 5.4 5.4l1.7-1.7 3.8 1.8v2.6a1.4 1.4 0 0 1-1.5 1.4A13.8 13.8 0 0 1 2.2 4.3 1.4 1.4 0 0 1 3.6 2.8z',
  check: 'm4 10.5 4 4 8-9',
  cross: 'm5 5 10 10M15 5 5 15',
  bell: 'M5 14V9.2a5 5 0 0 1 10 0V14l1.2 1.2H3.8zM8.5 17.3h3M10 2.5v1.5',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4.2l2.8 1.8',
  slash: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M5.2 14.8l9.6-9.6',
  dots: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  warning: 'M10 3 18 16.5H2zM10 8v4M10 14.2v.1',
} as const;

export type IconName = keyof typeof shapes;

/** An icon that is hidden from screen readers: the text beside it has the same meaning. */
export function Icon({
  name,
  isRotated = false,
}: {
  readonly name: IconName;
  readonly isRotated?: boolean;
}) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={shapes[name]} transform={isRotated ? 'rotate(135 10 10)' : undefined} />
    </svg>
  );
}

import { type RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** What there is room for, in pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** The size of an element within its borders. */
export function useBox(ref: RefObject<HTMLElement | null>): Box {
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setBox((before) =>
        before.width === width && before.height === height ? before : { width, height },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [ref]);
  return box;
}

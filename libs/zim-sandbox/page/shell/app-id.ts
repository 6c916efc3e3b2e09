import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** The app the page shows; 0 while none is known. */
export const AppIdContext = createContext(0);

export function useAppId(): number {
  return useContext(AppIdContext);
}

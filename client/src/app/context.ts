/** What every view may lean on. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { View } from '../../../server/protocol/events.ts';
import type { Room } from '../room/room.ts';
import type { Words } from '../words/words.ts';
import type { Announcer } from './announcer.ts';
import type { Journey } from './journey.ts';

export interface App {
  readonly room: Room;
  readonly journey: Journey;
  readonly words: ReadonlySignal<Words>;
  readonly announcer: Announcer;
}

export const AppContext = createContext<App | null>(null);
export const AppProvider = AppContext.Provider;

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('a view outside of the app');
  return app;
}

export const useWords = (): Words => useApp().words.value;

/** The view, on pages that are only shown when there is one. */
export function useView(): View {
  const view = useApp().room.view.value;
  if (view === null) throw new Error('a page that needs the view was shown without one');
  return view;
}

/** The viewer and the other, on participants' pages. */
export function usePeople(): {
  readonly you: View['people']['a'];
  readonly partner: View['people']['a'];
} {
  const { seat, people } = useView();
  return seat === 'b' ? { you: people.b, partner: people.a } : { you: people.a, partner: people.b };
}

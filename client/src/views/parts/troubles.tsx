/** Tells on any page that the line to the house is down; without an app around it (no link) there is nothing to tell. */
import type { ComponentChildren, JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { AppContext } from '../../app/context.ts';

export function Troubles(): JSX.Element | null {
  const app = useContext(AppContext);
  if (app === null || app.room.view.value === null) return null;
  const { state } = app.room.connection.value;
  return state === 'away' || state === 'opening' ? (
    <Notice>{app.words.value.trouble.reconnecting}</Notice>
  ) : null;
}

/**
 * A band of words. `urgent` is read out at once; the others are told by the announcer when they happen. `calm` is good
 * to know, and nothing to mend.
 */
export function Notice(o: {
  readonly children: ComponentChildren;
  readonly urgent?: boolean;
  readonly calm?: boolean;
  readonly action?: ComponentChildren;
}): JSX.Element {
  return (
    <div class={o.calm === true ? 'notice hint' : 'notice'} {...(o.urgent === true ? { role: 'alert' } : {})}>
      <p>{o.children}</p>
      {o.action}
    </div>
  );
}

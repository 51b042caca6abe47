/** Short written notes to one or both, and what was sent. */
import type { JSX, RefObject } from 'preact';
import { useSignal, type Signal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { NudgeTo } from '../../../../server/protocol/view.ts';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { Cap, shortcut } from './cap.tsx';
import { CAPS, useDeskKeys } from './keys.ts';
import { Moments, useNotes } from './moments.tsx';

/** As the protocol takes it. */
const MOST_CHARACTERS = 200;

/** What is being written, so that others at the desk can begin a note. */
export interface Draft {
  readonly to: Signal<NudgeTo>;
  readonly text: Signal<string>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly begin: (to: NudgeTo | null, text?: string) => void;
}

export function useDraft(): Draft {
  const to = useSignal<NudgeTo>('both');
  const text = useSignal('');
  const field = useRef<HTMLTextAreaElement>(null);
  return {
    to,
    text,
    field,
    begin(whom, what) {
      if (whom !== null) to.value = whom;
      if (what !== undefined) text.value = what;
      field.current?.focus();
    },
  };
}

export function Nudges({ draft }: { readonly draft: Draft }): JSX.Element {
  const words = useWords();
  const { room, announcer } = useApp();
  const { nudge } = words.desk;
  const { people, language } = useView();
  const fieldId = useId();
  const hintId = useId();
  const groupName = useId();
  const notes = useNotes();
  const text = draft.text.value.trim();
  const send = useAction(async () => {
    const sent = await room.nudge({ to: draft.to.peek(), text });
    if (sent) {
      draft.text.value = '';
      announcer.say(nudge.delivered);
    }
    return sent;
  });
  const may = text !== '' && !send.busy;
  const submit = (): void => {
    if (may) send.run();
  };

  useDeskKeys((asked) => {
    if (asked.does === 'nudge') {
      draft.begin(asked.to);
      return true;
    }
    if (asked.does === 'phrase') {
      const phrase = nudge.ready[asked.index];
      if (phrase !== undefined) draft.begin(null, phrase);
      return true;
    }
    return false;
  });

  return (
    <section class="desk-panel desk-nudges" aria-label={nudge.title}>
      <h2>{nudge.title}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset class="desk-to">
          <legend>{nudge.to}</legend>
          {(['both', 'a', 'b'] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name={groupName}
                value={one}
                checked={draft.to.value === one}
                onChange={() => {
                  draft.to.value = one;
                }}
              />
              {one === 'both' ? nudge.both : people[one].name}
              <Cap of={CAPS.nudge[one]} />
            </label>
          ))}
        </fieldset>
        <label class="unseen" for={fieldId}>
          {nudge.text}
        </label>
        <textarea
          id={fieldId}
          ref={draft.field}
          class="desk-field"
          rows={2}
          maxLength={MOST_CHARACTERS}
          lang={language}
          placeholder={nudge.text}
          aria-describedby={hintId}
          value={draft.text.value}
          onInput={(event) => {
            draft.text.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            submit();
          }}
        />
        <div class="desk-send">
          <p id={hintId} class="soft">
            {nudge.hint}
          </p>
          <button
            type="submit"
            class="button small"
            disabled={!may}
            {...shortcut('Control+Enter Meta+Enter')}
          >
            {nudge.send}
            <Cap of={SEND_CAP} />
          </button>
        </div>
        {send.failed ? <Notice urgent>{nudge.notSent}</Notice> : null}
      </form>
      <ul class="desk-phrases" aria-label={nudge.phrases}>
        {nudge.ready.map((phrase, i) => (
          <li key={phrase}>
            <button
              type="button"
              class="desk-phrase"
              {...shortcut(String(i + 1))}
              onClick={() => draft.begin(null, phrase)}
            >
              <Cap of={String(i + 1)} />
              {phrase}
            </button>
          </li>
        ))}
      </ul>
      {notes.length === 0 ? null : <h3>{nudge.sent}</h3>}
      <Moments of={notes} none={nudge.none} />
    </section>
  );
}

/** What is on this machine's keyboard. */
export const SEND_CAP = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ ↵' : 'Ctrl ↵';

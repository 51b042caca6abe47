/** Moments worth finding again. A key marks at once, in silence; words may come with it. */
import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { Cap, shortcut } from './cap.tsx';
import { CAPS, useDeskKeys } from './keys.ts';
import { Moments, useMarks } from './moments.tsx';

/** As the protocol takes it. */
const MOST_CHARACTERS = 200;

export function Marks(): JSX.Element {
  const words = useWords();
  const { room, announcer } = useApp();
  const { language } = useView();
  const { marks } = words.desk;
  const field = useRef<HTMLInputElement>(null);
  const fieldId = useId();
  const [note, setNote] = useState('');
  const made = useMarks();
  const mark = useAction(async () => {
    const done = await room.mark(note.trim() === '' ? null : note.trim());
    if (done) {
      setNote('');
      announcer.say(marks.done);
    }
    return done;
  });
  const submit = (): void => {
    if (!mark.busy) mark.run();
  };

  useDeskKeys((asked) => {
    if (asked.does === 'mark') {
      submit();
      return true;
    }
    if (asked.does === 'mark-note') {
      field.current?.focus();
      return true;
    }
    return false;
  });

  return (
    <section class="desk-panel desk-marks" aria-label={marks.title}>
      <h2>{marks.title}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <label class="unseen" for={fieldId}>
          {marks.note}
        </label>
        <input
          id={fieldId}
          ref={field}
          class="desk-field"
          type="text"
          maxLength={MOST_CHARACTERS}
          lang={language}
          placeholder={marks.note}
          autocomplete="off"
          value={note}
          {...shortcut(CAPS.markNote)}
          onInput={(event) => setNote(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="button small" disabled={mark.busy} {...shortcut(CAPS.mark)}>
          {marks.set}
          <Cap of={CAPS.mark} />
        </button>
        {mark.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
      </form>
      <Moments of={made} none={marks.none} />
    </section>
  );
}

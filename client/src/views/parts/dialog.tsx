/** The browser's own dialog: it traps focus, closes with Escape, and gives focus back where it was. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export function Dialog(o: {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Also when Escape is pressed. */
  readonly onClose: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        o.onClose();
      }}
    >
      <h2 id={titleId}>{o.title}</h2>
      {o.children}
    </dialog>
  );
}
